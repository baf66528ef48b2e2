import { useQuery } from '@tanstack/react-query';
import { useText } from '../../../shared/i18n/catalogue.js';
import { useClock } from '../../../shared/i18n/time.js';
import { id, StaleFilters, useFilters } from '../../../shared/ui/filters.js';
import { AppLink } from '../../../shared/ui/link.js';
import { Card, Page } from '../../../shared/ui/page.js';
import { DataTable } from '../../../shared/ui/table.js';
import { EmptyState, Loaded } from '../../../shared/ui/states.js';
import { importsQuery } from '../api/imports.js';
import { ImportReport } from './import-report.js';
import { ImportWizard } from './import-wizard.js';
import { importsText } from './text.js';

/** Choose a file, say what its columns mean, check, import. What runs now and what was found stands below and in the address. */
export function ImportsPage() {
  const t = useText(importsText);
  const filters = useFilters({ run: id });
  const { run } = filters.values;
  return (
    <Page title={t('title')} lead={t('lead')}>
      <StaleFilters filters={filters} />
      <ImportWizard started={(started) => filters.set({ run: started })} />
      {run && <ImportReport key={run} id={run} link />}
      <Earlier />
    </Page>
  );
}

function Earlier() {
  const t = useText(importsText);
  const clock = useClock();
  const imports = useQuery(importsQuery);
  return (
    <Card title={t('earlier')}>
      <Loaded query={imports}>
        {({ items }) =>
          items.length === 0 ? (
            <EmptyState title={t('none')} />
          ) : (
            <DataTable
              caption={t('earlier')}
              rows={items}
              rowKey={(found) => found.id}
              columns={[
                { key: 'file', label: t('fileName'), cell: (found) => <AppLink to={`/admin/imports/${found.id}`}>{found.fileName}</AppLink> },
                {
                  key: 'state',
                  label: t('state'),
                  cell: (found) => (found.dryRun && found.state === 'done' ? t('checked') : t(`state.${found.state}`)),
                },
                { key: 'rows', label: t('rows'), cell: (found) => (found.counts?.rows ?? found.rowsRead).toLocaleString('en'), numeric: true },
                { key: 'errors', label: t('count.errors'), cell: (found) => found.counts?.errors.toLocaleString('en') ?? '–', numeric: true },
                { key: 'by', label: t('by'), cell: (found) => found.requestedBy },
                { key: 'when', label: t('when'), cell: (found) => clock.moment(found.createdAt) },
              ]}
            />
          )
        }
      </Loaded>
    </Card>
  );
}
