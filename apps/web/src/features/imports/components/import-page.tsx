import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useText } from '../../../shared/i18n/catalogue.js';
import { useClock } from '../../../shared/i18n/time.js';
import { Page } from '../../../shared/ui/page.js';
import { importQuery } from '../api/imports.js';
import { ImportReport } from './import-report.js';
import { importsText } from './text.js';

/** The report of one import: progress, counts, findings. */
export function ImportPage() {
  const t = useText(importsText);
  const clock = useClock();
  const { importId } = useParams({ strict: false }) as { importId: string };
  const { data } = useQuery(importQuery(importId));
  return (
    <Page title={data?.fileName ?? t('import1')} trail={[t('title')]} lead={data && `${data.requestedBy} · ${clock.instant(data.createdAt)}`}>
      <ImportReport id={importId} />
    </Page>
  );
}
