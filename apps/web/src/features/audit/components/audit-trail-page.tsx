import { type InfiniteData, useInfiniteQuery, type UseInfiniteQueryResult, useQuery } from '@tanstack/react-query';
import type { AuditPage } from '@waymark/contracts';
import { query } from '../../../shared/api/client.js';
import { useMe } from '../../../shared/api/session.js';
import { PersonSelect } from '../../../shared/forms/person-select.js';
import { useText } from '../../../shared/i18n/catalogue.js';
import { dayText, useClock } from '../../../shared/i18n/time.js';
import { uiText } from '../../../shared/i18n/ui-text.js';
import { Button, TextInput } from '../../../shared/ui/controls.js';
import { DownloadButton } from '../../../shared/ui/download-button.js';
import { EmptyList, type Filters, id, StaleFilters, useFilters, words } from '../../../shared/ui/filters.js';
import { AppLink } from '../../../shared/ui/link.js';
import { Card, Page } from '../../../shared/ui/page.js';
import { Loaded, Skeleton, Trouble } from '../../../shared/ui/states.js';
import { type AuditFilter, auditQuery, chainQuery, metricAuditsQuery } from '../api/audit.js';
import { AuditTable } from './audit-table.js';
import { auditText } from './text.js';

const day = (text: string) => (/^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text)) ? text : undefined);
const readers = { action: words(), actor: id, subject: id, object: words(60), from: day, to: day };
type AuditFilters = Filters<typeof readers>;

/** The request for what the address says; the last day is taken whole. */
function filterOf({ action, actor, subject, object, from, to }: AuditFilters['values']): AuditFilter {
  return {
    action,
    actorId: actor,
    subjectId: subject,
    objectType: object,
    from: from && `${from}T00:00:00Z`,
    to: to && new Date(Date.parse(to) + 86_400_000).toISOString(),
  };
}

/** The audit trail: filters in the address, the state of its chain, a file of what is shown (PLAT-07). */
export function AuditTrailPage() {
  const t = useText(auditText);
  const me = useMe();
  const filters = useFilters(readers);
  const filter = filterOf(filters.values);
  const lines = useInfiniteQuery(auditQuery(filter));
  return (
    <Page title={t('title')} trail={[me.organisation.name]} lead={t('lead')} actions={<Download filter={filter} />}>
      <StaleFilters filters={filters} />
      <Chain />
      <Sums />
      <AuditFilterFields filters={filters} />
      {lines.isPending ? (
        <Skeleton lines={10} />
      ) : lines.isError ? (
        <Trouble error={lines.error} retry={() => void lines.refetch()} />
      ) : (
        <Lines lines={lines} filters={filters} />
      )}
    </Page>
  );
}

function Download({ filter }: { filter: AuditFilter }) {
  const t = useText(auditText);
  return (
    <DownloadButton path={`/api/audit${query({ ...filter, format: 'csv' })}`} fileName="audit.csv">
      {t('download')}
    </DownloadButton>
  );
}

function Chain() {
  const t = useText(auditText);
  const chain = useQuery(chainQuery);
  return (
    <Card
      title={t('chain')}
      aside={
        <Button variant="default" loading={chain.isFetching} onClick={() => void chain.refetch()}>
          {t('again')}
        </Button>
      }
    >
      <Loaded query={chain} lines={2}>
        {({ whole, events, hash, faults }) => (
          <div className="wm-stack" role="status">
            <p>{whole ? t('whole', { count: events }) : t('broken')}</p>
            {faults.length > 0 && (
              <ul>
                {faults.map(({ seq, fault }) => (
                  <li key={`${seq} ${fault}`}>{seq === null ? fault : t('fault', { seq, fault })}</li>
                ))}
              </ul>
            )}
            {hash && (
              <p className="wm-muted">
                {t('end')} <code className="wm-break">{hash}</code>
              </p>
            )}
          </div>
        )}
      </Loaded>
    </Card>
  );
}

/** What the last night's comparison of the stored sums with the facts found (MET-07). */
function Sums() {
  const t = useText(auditText);
  const clock = useClock();
  const audits = useQuery(metricAuditsQuery);
  return (
    <Card title={t('sums')}>
      <Loaded query={audits} lines={1}>
        {({ items: [audit] }) =>
          audit ? (
            <div className="wm-stack">
              <p>
                {audit.differences === 0
                  ? t('sumsRight', { at: clock.instant(audit.auditedAt), count: audit.days })
                  : t('sumsWrong', { at: clock.instant(audit.auditedAt), count: audit.days, differences: audit.differences })}
              </p>
              {audit.examples.length > 0 && (
                <ul>
                  {audit.examples.map(({ measure, ownerId, onDay, stored, rebuilt }) => (
                    <li key={`${measure} ${ownerId} ${onDay}`}>
                      <AppLink to={`/admin/people/${ownerId}`}>{t('sum', { measure, day: dayText(onDay), stored, rebuilt })}</AppLink>
                    </li>
                  ))}
                </ul>
              )}
            </div>
          ) : (
            <p>{t('sumsNever')}</p>
          )
        }
      </Loaded>
    </Card>
  );
}

function AuditFilterFields({ filters }: { filters: AuditFilters }) {
  const t = useText(auditText);
  const { values } = filters;
  return (
    <div className="wm-filters" role="search" aria-label={t('filters')}>
      <TextInput
        label={t('action')}
        description={t('actionHint')}
        maxLength={120}
        value={values.action ?? ''}
        onChange={(event) => filters.set({ action: event.currentTarget.value || undefined }, { typing: true })}
      />
      <TextInput
        label={t('object')}
        maxLength={60}
        value={values.object ?? ''}
        onChange={(event) => filters.set({ object: event.currentTarget.value || undefined }, { typing: true })}
      />
      <PersonSelect label={t('actor')} value={values.actor ?? ''} onChange={(actor) => filters.set({ actor: actor || undefined })} />
      <PersonSelect label={t('subject')} value={values.subject ?? ''} onChange={(subject) => filters.set({ subject: subject || undefined })} />
      <TextInput
        type="date"
        label={t('from')}
        value={values.from ?? ''}
        onChange={(event) => filters.set({ from: day(event.currentTarget.value) })}
      />
      <TextInput type="date" label={t('to')} value={values.to ?? ''} onChange={(event) => filters.set({ to: day(event.currentTarget.value) })} />
    </div>
  );
}

function Lines({ lines, filters }: { lines: UseInfiniteQueryResult<InfiniteData<AuditPage>>; filters: AuditFilters }) {
  const t = useText(auditText);
  const ui = useText(uiText);
  const rows = lines.data?.pages.flatMap(({ items }) => items) ?? [];
  if (rows.length === 0) return <EmptyList filters={filters} none={t('none')} nothing={t('nothing')} />;
  return (
    <Card>
      <AuditTable rows={rows} />
      {lines.hasNextPage && (
        <Button variant="default" loading={lines.isFetchingNextPage} onClick={() => void lines.fetchNextPage()}>
          {ui('more')}
        </Button>
      )}
    </Card>
  );
}
