import { useInfiniteQuery, useQuery, type UseQueryResult } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import type { MetricReceipt, MetricRecord, MetricRecordPage } from '@waymark/contracts';
import { useText } from '../../../shared/i18n/catalogue.js';
import { dayText, useClock } from '../../../shared/i18n/time.js';
import { Notes, PartRows, ReceiptFacts } from '../../../shared/receipts/receipt-panel.js';
import { type NumberAsked, receiptQuery, type RecordsAsked, recordsFile, recordsQuery } from '../../../shared/receipts/queries.js';
import { Button, NativeSelect } from '../../../shared/ui/controls.js';
import { DownloadButton } from '../../../shared/ui/download-button.js';
import { type Filters, oneOf, StaleFilters, useFilters, words } from '../../../shared/ui/filters.js';
import { AppLink } from '../../../shared/ui/link.js';
import { Card, Page } from '../../../shared/ui/page.js';
import { EmptyState, Loaded, Skeleton, Trouble } from '../../../shared/ui/states.js';
import { DataTable } from '../../../shared/ui/table.js';
import { ChangesCard } from './changes-card.js';
import { numbersText } from './text.js';
import { numberReaders, useWindow } from './window.js';

const kinds = ['counted', 'left_out', 'all'] as const;
const instant = (text: string) => (Number.isNaN(Date.parse(text)) || !text.endsWith('Z') ? undefined : text);
const readers = { ...numberReaders, asOf: instant, part: words(), kind: oneOf(...kinds), reason: words(), since: numberReaders.from };
type RecordFilters = Filters<typeof readers>;

/** The rows behind a number, which make it together with the line of those that the reader may not see (REP-15); and what changed since a day. */
export function RecordsPage() {
  const t = useText(numbersText);
  const { metricKey } = useParams({ strict: false }) as { metricKey: string };
  const filters = useFilters(readers);
  const { owner: ownerId, team: teamId, asOf } = filters.values;
  const { query, window } = useWindow(filters.values);
  const asked = window && { metric: metricKey, ...window, ...(ownerId && { ownerId }), ...(teamId && { teamId }), ...(asOf && { asOf }) };
  const receipt = useQuery({ ...receiptQuery(asked ?? { metric: metricKey, from: '', to: '' }), enabled: asked !== null });
  const data = asked === null ? undefined : receipt.data;
  return (
    <Page
      title={data ? t('records', { label: data.label }) : t('recordsTitle')}
      trail={[t('title')]}
      lead={data && `${data.value.display} · ${data.scope} · ${dayText(data.window.from)} – ${dayText(data.window.to)}`}
      actions={
        data && (
          <AppLink to="/numbers" search={{ from: data.window.from, to: data.window.to, owner: ownerId, team: teamId }} className="wm-button">
            {t('back')}
          </AppLink>
        )
      }
    >
      <StaleFilters filters={filters} />
      {asked === null ? (
        <Loaded query={query} lines={10}>
          {() => <EmptyState title={t('noPeriods')} text={t('whatDay')} />}
        </Loaded>
      ) : (
        <Records asked={asked} receipt={receipt} filters={filters} />
      )}
    </Page>
  );
}

function Records({ asked, receipt, filters }: { asked: NumberAsked; receipt: UseQueryResult<MetricReceipt>; filters: RecordFilters }) {
  const t = useText(numbersText);
  return (
    <Loaded query={receipt} lines={10}>
      {(found) => (
        <div className="wm-stack">
          {asked.asOf && <AsKnown receipt={found} filters={filters} />}
          <div className="wm-wide-narrow">
            <PartRecords receipt={found} asked={asked} filters={filters} />
            <Card title={t('receipt')}>
              <Notes receipt={found} />
              <ReceiptFacts receipt={found} />
            </Card>
          </div>
          <ChangesCard asked={asked} part={filters.values.part} since={filters.values.since} choose={(since) => filters.set({ since })} />
        </div>
      )}
    </Loaded>
  );
}

function AsKnown({ receipt, filters }: { receipt: MetricReceipt; filters: RecordFilters }) {
  const t = useText(numbersText);
  const clock = useClock();
  return (
    <p className="wm-notice">
      {t('asKnown', { when: clock.instant(receipt.asOf) })}{' '}
      <Button size="xs" variant="default" onClick={() => filters.set({ asOf: undefined })}>
        {t('now')}
      </Button>
    </p>
  );
}

function PartRecords({ receipt, asked, filters }: { receipt: MetricReceipt; asked: NumberAsked; filters: RecordFilters }) {
  const t = useText(numbersText);
  const { kind = 'counted', reason } = filters.values;
  const part = receipt.parts.find(({ key }) => key === filters.values.part) ?? receipt.parts[0];
  const of: RecordsAsked = { ...asked, ...(part && { part: part.key }), ...(kind !== 'all' && { kind }), ...(reason && { reason }) };
  const records = useInfiniteQuery({ ...recordsQuery(of), enabled: part !== undefined });
  if (!part) return <EmptyState title={t('nothing')} />;
  return (
    <Card
      title={part.label}
      aside={
        <DownloadButton size="xs" path={recordsFile(of)} fileName={`${asked.metric}-${asked.from}-${asked.to}.csv`}>
          {t('export')}
        </DownloadButton>
      }
    >
      <PartRows part={part} />
      <div className="wm-filters" role="search">
        {receipt.parts.length > 1 && (
          <NativeSelect
            label={t('part')}
            value={part.key}
            onChange={(event) => filters.set({ part: event.currentTarget.value, reason: undefined })}
            data={receipt.parts.map(({ key, label }) => ({ value: key, label }))}
          />
        )}
        <NativeSelect
          label={t('kind')}
          value={kind}
          onChange={(event) => filters.set({ kind: kinds.find((one) => one === event.currentTarget.value), reason: undefined })}
          data={kinds.map((one) => ({ value: one, label: t(`kind.${one}`) }))}
        />
        {part.leftOut.length > 0 && kind !== 'counted' && (
          <NativeSelect
            label={t('reason')}
            value={reason ?? ''}
            onChange={(event) => filters.set({ reason: event.currentTarget.value || undefined })}
            data={[{ value: '', label: t('any') }, ...part.leftOut.map((one) => ({ value: one.reason, label: one.text }))]}
          />
        )}
      </div>
      {records.isPending ? (
        <Skeleton lines={8} />
      ) : records.isError ? (
        <Trouble error={records.error} retry={() => void records.refetch()} />
      ) : (
        <Rows
          pages={records.data.pages}
          more={records.hasNextPage ? { busy: records.isFetchingNextPage, load: () => void records.fetchNextPage() } : null}
        />
      )}
    </Card>
  );
}

function Rows({ pages, more }: { pages: MetricRecordPage[]; more: { busy: boolean; load: () => void } | null }) {
  const t = useText(numbersText);
  const clock = useClock();
  const rows = pages.flatMap(({ items }) => items);
  const [{ total, hidden }] = pages as [MetricRecordPage];
  return (
    <>
      <p role="status">{t('sum', { rows: total.rows, amount: total.amount.display })}</p>
      {hidden.rows > 0 && <p className="wm-notice">{t('hidden', { rows: hidden.rows, amount: hidden.amount.display })}</p>}
      {rows.length === 0 ? (
        <p>{t('nothing')}</p>
      ) : (
        <DataTable<MetricRecord>
          caption={t('recordsTitle')}
          rows={rows}
          rowKey={(row) => row.id}
          columns={[
            { key: 'what', label: t('what'), cell: (row) => (row.link ? <AppLink to={row.link}>{row.what}</AppLink> : row.what) },
            { key: 'at', label: t('at'), cell: (row) => clock.instant(row.at) },
            { key: 'person', label: t('person'), cell: (row) => row.owner.name },
            { key: 'state', label: t('state'), cell: (row) => (row.reasonText ? t('leftOut', { text: row.reasonText }) : t('counted')) },
            { key: 'amount', label: t('amount'), cell: (row) => row.amount.display, numeric: true },
          ]}
        />
      )}
      {more && (
        <Button variant="default" loading={more.busy} onClick={more.load}>
          {t('more')}
        </Button>
      )}
    </>
  );
}
