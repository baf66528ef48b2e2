import { useInfiniteQuery } from '@tanstack/react-query';
import type { PartnerList } from '@waymark/contracts';
import { useMay, useMe } from '../../../shared/api/session.js';
import { PersonSelect } from '../../../shared/forms/person-select.js';
import { useText } from '../../../shared/i18n/catalogue.js';
import { dayText } from '../../../shared/i18n/time.js';
import { uiText } from '../../../shared/i18n/ui-text.js';
import { Button, NativeSelect } from '../../../shared/ui/controls.js';
import { EmptyList, type Filters, id, oneOf, StaleFilters, useFilters } from '../../../shared/ui/filters.js';
import { AppLink } from '../../../shared/ui/link.js';
import { Card, Page } from '../../../shared/ui/page.js';
import { Skeleton, Trouble } from '../../../shared/ui/states.js';
import { DataTable } from '../../../shared/ui/table.js';
import { partnerListsQuery } from '../api/partner-lists.js';
import { listStates, listsText, StateWord } from './partner-list-words.js';

const readers = { state: oneOf(...listStates), owner: id, item: id };

/** Partner lists with their due and sent days, the overdue ones marked; the filters stand in the address (SRC-04). */
export function PartnerListsPage() {
  const t = useText(listsText);
  const me = useMe();
  const filters = useFilters(readers);
  const { state, owner, item } = filters.values;
  const lists = useInfiniteQuery(partnerListsQuery({ state, ownerId: owner, itemId: item }));
  return (
    <Page title={t('title')} trail={[me.organisation.name]} lead={t('lead')}>
      <StaleFilters filters={filters} />
      <ListFilters filters={filters} />
      {lists.isPending ? (
        <Skeleton lines={10} />
      ) : lists.isError ? (
        <Trouble error={lists.error} retry={() => void lists.refetch()} />
      ) : (
        <ListTable
          rows={lists.data.pages.flatMap(({ items }) => items)}
          filters={filters}
          more={lists.hasNextPage ? { busy: lists.isFetchingNextPage, load: () => void lists.fetchNextPage() } : null}
        />
      )}
    </Page>
  );
}

function ListFilters({ filters }: { filters: Filters<typeof readers> }) {
  const t = useText(listsText);
  const others = useMay('restrictions.decide');
  const { values } = filters;
  return (
    <div className="wm-filters" role="search">
      <NativeSelect
        label={t('state')}
        value={values.state ?? ''}
        onChange={(event) => filters.set({ state: listStates.find((state) => state === event.currentTarget.value) })}
        data={[{ value: '', label: t('any') }, ...listStates.map((state) => ({ value: state, label: t(`state.${state}`) }))]}
      />
      {others && <PersonSelect label={t('owner')} value={values.owner ?? ''} onChange={(owner) => filters.set({ owner: owner || undefined })} />}
    </div>
  );
}

interface TableProps {
  rows: PartnerList[];
  filters: Filters<typeof readers>;
  more: { busy: boolean; load: () => void } | null;
}

function ListTable({ rows, filters, more }: TableProps) {
  const t = useText(listsText);
  const ui = useText(uiText);
  if (rows.length === 0) return <EmptyList filters={filters} none={t('none')} noneText={t('noneText')} nothing={t('nothing')} />;
  const day = (one: string | null, none: string) => (one === null ? none : dayText(one));
  return (
    <Card>
      <DataTable<PartnerList>
        caption={t('title')}
        rows={rows}
        rowKey={(one) => one.id}
        columns={[
          { key: 'list', label: t('list'), cell: (one) => <AppLink to={`/lists/${one.id}`}>{one.name}</AppLink> },
          { key: 'state', label: t('state'), cell: (one) => <StateWord list={one} /> },
          { key: 'due', label: t('due'), cell: (one) => day(one.partnerListDueDate, t('noDue')) },
          { key: 'sent', label: t('sent'), cell: (one) => day(one.partnerListSentDate, '–') },
          { key: 'size', label: t('size'), cell: (one) => one.partnerListSize ?? '–', numeric: true },
          { key: 'sales', label: t('sales'), cell: (one) => one.sales, numeric: true },
          { key: 'owner', label: t('owner'), cell: (one) => one.owner.name },
        ]}
      />
      {more && (
        <Button variant="default" loading={more.busy} onClick={more.load}>
          {ui('more')}
        </Button>
      )}
    </Card>
  );
}
