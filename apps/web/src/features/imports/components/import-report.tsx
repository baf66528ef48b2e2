import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import type { FindingSeverity, Import } from '@waymark/contracts';
import { useState } from 'react';
import { useText } from '../../../shared/i18n/catalogue.js';
import { uiText } from '../../../shared/i18n/ui-text.js';
import { Alert, Button, Progress } from '../../../shared/ui/controls.js';
import { DownloadButton } from '../../../shared/ui/download-button.js';
import { AppLink } from '../../../shared/ui/link.js';
import { Card } from '../../../shared/ui/page.js';
import { DataTable } from '../../../shared/ui/table.js';
import { EmptyState, Loaded, Skeleton, Trouble } from '../../../shared/ui/states.js';
import { findingsQuery, importQuery, useCancelImport } from '../api/imports.js';
import { importsText } from './text.js';

const counts = ['rows', 'created', 'updated', 'unchanged', 'errors', 'held', 'withheld', 'incomplete', 'repaired'] as const;
const severities = ['error', 'held', 'incomplete', 'repaired'] as const;

/** What an import does or did: progress that can be stopped (WEB-08), then counts and findings row by row. */
export function ImportReport({ id, link = false }: { id: string; link?: boolean }) {
  const t = useText(importsText);
  const found = useQuery(importQuery(id));
  return (
    <Loaded query={found}>
      {(data) => (
        <Card title={data.fileName} aside={<span>{data.dryRun && data.state === 'done' ? t('checked') : t(`state.${data.state}`)}</span>}>
          {link && <AppLink to={`/admin/imports/${id}`}>{t('permanent')}</AppLink>}
          {data.finishedAt === null && <Running of={data} />}
          {data.state === 'cancelled' && <p>{t('cancelled')}</p>}
          {data.failure && (
            <Alert color="gray" variant="outline" role="alert">
              {data.failure}
            </Alert>
          )}
          {data.counts && <Counts counts={data.counts} />}
          {data.counts && <Findings id={id} />}
        </Card>
      )}
    </Loaded>
  );
}

function Running({ of }: { of: Import }) {
  const t = useText(importsText);
  const cancel = useCancelImport(of.id);
  const text = t('progress', { rows: of.rowsRead.toLocaleString('en') });
  return (
    <div className="wm-stack">
      <Progress value={of.percent} animated aria-label={t(`state.${of.state}`)} />
      <p role="status">{of.phase ? t('inPhase', { phase: t(`phase.${of.phase}`), text }) : text}</p>
      {cancel.isError && <Trouble error={cancel.error} />}
      <div>
        <Button variant="default" loading={cancel.isPending} onClick={() => cancel.mutate()}>
          {t('cancel')}
        </Button>
      </div>
    </div>
  );
}

function Counts({ counts: of }: { counts: NonNullable<Import['counts']> }) {
  const t = useText(importsText);
  return (
    <dl className="wm-kpis" aria-label={t('counts')}>
      {counts.map((name) => (
        <div key={name} className="wm-kpi">
          <dt className="wm-muted">{t(`count.${name}`)}</dt>
          <dd className="wm-kpi-value wm-count-value">{of[name].toLocaleString('en')}</dd>
        </div>
      ))}
    </dl>
  );
}

function Findings({ id }: { id: string }) {
  const t = useText(importsText);
  const ui = useText(uiText);
  const [severity, setSeverity] = useState<FindingSeverity | undefined>(undefined);
  const findings = useInfiniteQuery(findingsQuery(id, severity));
  const rows = findings.data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <>
      <div className="wm-card-head">
        <h3>{t('findings')}</h3>
        <DownloadButton size="xs" path={`/api/imports/${id}/findings?format=csv`} fileName="import-findings.csv">
          {t('download')}
        </DownloadButton>
      </div>
      <div className="wm-chips" role="group" aria-label={t('severity')}>
        {[undefined, ...severities].map((kind) => (
          <button key={kind ?? 'all'} type="button" className="wm-toggle" aria-pressed={kind === severity} onClick={() => setSeverity(kind)}>
            {kind ? t(`severity.${kind}`) : t('all')}
          </button>
        ))}
      </div>
      {findings.isPending && <Skeleton lines={4} />}
      {findings.isError && <Trouble error={findings.error} retry={() => void findings.refetch()} />}
      {findings.isSuccess && rows.length === 0 && <EmptyState title={severity ? t('findingsNothing') : t('findingsNone')} />}
      {rows.length > 0 && (
        <DataTable
          caption={t('findings')}
          rows={rows}
          rowKey={(finding) => finding.id}
          columns={[
            { key: 'line', label: t('line'), cell: (finding) => finding.cell ?? finding.line.toLocaleString('en') },
            { key: 'kind', label: t('severity'), cell: (finding) => t(`severity.${finding.severity}`) },
            { key: 'field', label: t('field'), cell: (finding) => finding.column ?? finding.field ?? '–' },
            { key: 'value', label: t('value'), cell: (finding) => finding.value ?? '–' },
            { key: 'message', label: t('message'), cell: (finding) => finding.message },
          ]}
        />
      )}
      {findings.hasNextPage && (
        <Button variant="default" loading={findings.isFetchingNextPage} onClick={() => void findings.fetchNextPage()}>
          {ui('more')}
        </Button>
      )}
    </>
  );
}
