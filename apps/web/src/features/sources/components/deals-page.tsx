import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import type { PipelineItem } from '@waymark/contracts';
import { queries } from '../../../shared/api/queries.js';
import { useMay, useMe } from '../../../shared/api/session.js';
import { PersonSelect } from '../../../shared/forms/person-select.js';
import { useText } from '../../../shared/i18n/catalogue.js';
import { dayText, useClock } from '../../../shared/i18n/time.js';
import { uiText } from '../../../shared/i18n/ui-text.js';
import { Button, NativeSelect, TextInput } from '../../../shared/ui/controls.js';
import { EmptyList, type Filters, id, oneOf, StaleFilters, useFilters, words } from '../../../shared/ui/filters.js';
import { AppLink, useGo } from '../../../shared/ui/link.js';
import { Card, Page } from '../../../shared/ui/page.js';
import { GuardedButton } from '../../../shared/ui/restricted.js';
import { DataTable } from '../../../shared/ui/table.js';
import { Skeleton, Trouble } from '../../../shared/ui/states.js';
import { dealsQuery } from '../api/deals.js';
import { CompanyLink } from './companies/company-link.js';
import { useWorth } from './deal-worth.js';
import { sourcesText } from './text.js';

const kinds = ['lead', 'deal', 'won', 'lost', 'list_out'] as const;
const readers = { owner: id, kind: oneOf(...kinds), stage: words(60), least: words(16), most: words(16), q: words() };

/** What is still being typed asks for nothing. */
const amountOf = (text: string | undefined) => (text !== undefined && /^\d{1,13}(\.\d{1,2})?$/.test(text) ? text : undefined);

/** Leads and deals, newest change first. The button for a new one explains itself while it is paused. */
export function DealsPage() {
  const t = useText(sourcesText);
  const me = useMe();
  const go = useGo();
  const filters = useFilters(readers);
  const { values } = filters;
  const [minValue, maxValue] = [amountOf(values.least), amountOf(values.most)];
  const deals = useInfiniteQuery(dealsQuery({ ownerId: values.owner, kind: values.kind, stage: values.stage, minValue, maxValue, q: values.q }));
  return (
    <Page
      title={t('title')}
      trail={[me.organisation.name]}
      actions={useMay('deals.write') && <GuardedButton onClick={() => void go('/deals/new')}>{t('new')}</GuardedButton>}
    >
      <StaleFilters filters={filters} />
      <DealFilters filters={filters} />
      {deals.isPending ? (
        <Skeleton lines={10} />
      ) : deals.isError ? (
        <Trouble error={deals.error} retry={() => void deals.refetch()} />
      ) : (
        <DealList deals={deals} filters={filters} />
      )}
    </Page>
  );
}

function DealFilters({ filters }: { filters: Filters<typeof readers> }) {
  const t = useText(sourcesText);
  const others = useMay('restrictions.decide');
  const stages = useQuery({ ...queries.stages(), staleTime: Infinity });
  const { values } = filters;
  return (
    <div className="wm-filters" role="search">
      <TextInput
        label={t('search')}
        value={values.q ?? ''}
        onChange={(event) => filters.set({ q: event.currentTarget.value || undefined }, { typing: true })}
      />
      <NativeSelect
        label={t('kind')}
        value={values.kind ?? ''}
        onChange={(event) => filters.set({ kind: kinds.find((kind) => kind === event.currentTarget.value) })}
        data={[{ value: '', label: t('any') }, ...kinds.map((kind) => ({ value: kind, label: t(`kind.${kind}`) }))]}
      />
      <NativeSelect
        label={t('stage')}
        value={values.stage ?? ''}
        onChange={(event) => filters.set({ stage: event.currentTarget.value || undefined })}
        data={[{ value: '', label: t('any') }, ...(stages.data?.items ?? []).map(({ key, label }) => ({ value: key, label }))]}
      />
      {(['least', 'most'] as const).map((limit) => (
        <TextInput
          key={limit}
          label={t(limit === 'least' ? 'worthFrom' : 'worthTo')}
          inputMode="decimal"
          maxLength={16}
          value={values[limit] ?? ''}
          error={values[limit] !== undefined && amountOf(values[limit]) === undefined && t('worthForm')}
          onChange={(event) => filters.set({ [limit]: event.currentTarget.value || undefined }, { typing: true })}
        />
      ))}
      {others && <PersonSelect label={t('owner')} value={values.owner ?? ''} onChange={(owner) => filters.set({ owner: owner || undefined })} />}
    </div>
  );
}

function DealList({ deals, filters }: { deals: ReturnType<typeof useInfiniteQuery<unknown>> & object; filters: Filters<typeof readers> }) {
  const t = useText(sourcesText);
  const ui = useText(uiText);
  const clock = useClock();
  const worth = useWorth();
  const rows = (deals.data as { pages: { items: PipelineItem[] }[] }).pages.flatMap(({ items }) => items);
  if (rows.length === 0) return <EmptyList filters={filters} none={t('none')} noneText={t('noneText')} nothing={t('nothing')} />;
  return (
    <Card>
      <DataTable<PipelineItem>
        caption={t('title')}
        rows={rows}
        rowKey={(item) => item.id}
        columns={[
          { key: 'name', label: t('name'), cell: (item) => <AppLink to={`/deals/${item.id}`}>{item.name}</AppLink> },
          { key: 'company', label: t('company'), cell: (item) => <CompanyLink company={item.company} /> },
          { key: 'stage', label: t('stage'), cell: (item) => `${item.stage.label}${item.stage.qualified ? ` · ${t('qualified')}` : ''}` },
          { key: 'owner', label: t('owner'), cell: (item) => item.owner.name },
          { key: 'value', label: t('value'), cell: worth, numeric: true },
          { key: 'close', label: t('closeOn'), cell: (item) => (item.expectedCloseOn ? dayText(item.expectedCloseOn) : '–') },
          { key: 'changed', label: t('changed'), cell: (item) => clock.moment(item.changedAt) },
        ]}
      />
      {deals.hasNextPage && (
        <Button variant="default" loading={deals.isFetchingNextPage} onClick={() => void deals.fetchNextPage()}>
          {ui('more')}
        </Button>
      )}
    </Card>
  );
}
