import { useQueries, useQuery } from '@tanstack/react-query';
import type { MetricInfo, MetricReading } from '@waymark/contracts';
import { queries } from '../../../shared/api/queries.js';
import { useMay, useMe } from '../../../shared/api/session.js';
import { PersonSelect, TeamSelect } from '../../../shared/forms/person-select.js';
import { useText } from '../../../shared/i18n/catalogue.js';
import { Explain } from '../../../shared/receipts/explain.js';
import { recordsPage } from '../../../shared/receipts/queries.js';
import { TextInput } from '../../../shared/ui/controls.js';
import { type Filters, StaleFilters, useFilters } from '../../../shared/ui/filters.js';
import { AppLink } from '../../../shared/ui/link.js';
import { Card, Page } from '../../../shared/ui/page.js';
import { EmptyState, Loaded, Skeleton, Trouble } from '../../../shared/ui/states.js';
import { DataTable } from '../../../shared/ui/table.js';
import { numbersText } from './text.js';
import { numberReaders, useWindow } from './window.js';

type Days = { from: string; to: string };

/** Every number of the catalogue for a person, a team or everybody whom the reader may see, each with its receipt. */
export function NumbersPage() {
  const t = useText(numbersText);
  const me = useMe();
  const filters = useFilters(numberReaders);
  const { query, window } = useWindow(filters.values);
  return (
    <Page title={t('title')} trail={[me.organisation.name]} lead={t('lead')}>
      <StaleFilters filters={filters} />
      <Loaded query={query} lines={10}>
        {() => (
          <div className="wm-stack">
            <NumberFilters filters={filters} window={window} />
            {window === null ? (
              <EmptyState title={t('noPeriods')} text={t('noPeriodsText')} />
            ) : window.from > window.to ? (
              <p role="alert">{t('wrongOrder')}</p>
            ) : (
              <Numbers window={window} ownerId={filters.values.owner} teamId={filters.values.team} />
            )}
          </div>
        )}
      </Loaded>
    </Page>
  );
}

export function NumberFilters({ filters, window }: { filters: Filters<typeof numberReaders>; window: Days | null }) {
  const t = useText(numbersText);
  const others = useMay('restrictions.decide');
  const { values } = filters;
  return (
    <div className="wm-filters" role="search">
      <TextInput
        type="date"
        label={t('from')}
        value={values.from ?? window?.from ?? ''}
        onChange={(event) => filters.set({ from: event.currentTarget.value || undefined })}
      />
      <TextInput
        type="date"
        label={t('to')}
        value={values.to ?? window?.to ?? ''}
        onChange={(event) => filters.set({ to: event.currentTarget.value || undefined })}
      />
      {others && (
        <TeamSelect
          label={t('team')}
          value={values.team ?? ''}
          onChange={(team) => filters.set({ team: team || undefined, ...(team && { owner: undefined }) })}
        />
      )}
      {others && (
        <PersonSelect
          label={t('owner')}
          value={values.owner ?? ''}
          onChange={(owner) => filters.set({ owner: owner || undefined, ...(owner && { team: undefined }) })}
        />
      )}
    </div>
  );
}

interface NumbersProps {
  window: Days;
  ownerId: string | undefined;
  teamId: string | undefined;
}

function Numbers({ window, ownerId, teamId }: NumbersProps) {
  const metrics = useQuery({ ...queries.metrics(), staleTime: Infinity });
  return (
    <Loaded query={metrics} lines={10}>
      {({ items }) => <NumberTable metrics={items} scope={{ ...window, ...(ownerId && { ownerId }), ...(teamId && { teamId }) }} />}
    </Loaded>
  );
}

function NumberTable({ metrics, scope }: { metrics: MetricInfo[]; scope: Days & { ownerId?: string; teamId?: string } }) {
  const t = useText(numbersText);
  const readings = useQueries({ queries: metrics.map(({ key }) => queries.reading(key, scope)) });
  const failed = readings.find(({ isError }) => isError);
  if (failed) return <Trouble error={failed.error} retry={() => void failed.refetch()} />;
  if (readings.some(({ data }) => data === undefined)) return <Skeleton lines={metrics.length} />;
  const rows = metrics.map((metric, n) => ({ metric, reading: readings[n]?.data as MetricReading }));
  return (
    <Card>
      <DataTable
        caption={t('title')}
        rows={rows}
        rowKey={({ metric }) => metric.key}
        columns={[
          { key: 'number', label: t('number'), cell: ({ metric }) => metric.label },
          { key: 'value', label: t('value'), numeric: true, cell: (row) => <Figure {...row} scope={scope} /> },
          { key: 'beside', label: t('beside'), cell: ({ reading }) => <Beside reading={reading} /> },
        ]}
      />
    </Card>
  );
}

/** The figure leads to its rows, the sign beside it to its receipt. */
function Figure({ metric, reading, scope }: { metric: MetricInfo; reading: MetricReading; scope: Days & { ownerId?: string; teamId?: string } }) {
  const t = useText(numbersText);
  const asked = { metric: metric.key, ...scope };
  const { to, search } = recordsPage(asked);
  return (
    <span className="wm-figure">
      <AppLink to={to} search={search} aria-label={t('figure', { label: t('records', { label: metric.label }), value: reading.value.display })}>
        {reading.value.display}
      </AppLink>
      <Explain asked={asked} label={metric.label} shown={reading.value.display} />
    </span>
  );
}

const marks = ['low_sample', 'partial_feed'] as const;

function Beside({ reading }: { reading: MetricReading }) {
  const t = useText(numbersText);
  const figures = reading.beside.map(({ label, value }) => t('figure', { label, value: value.display }));
  const notes = marks.filter((mark) => reading.marks.includes(mark)).map((mark) => t(`mark.${mark}`));
  return <>{[...figures, ...notes].join(' · ') || '–'}</>;
}
