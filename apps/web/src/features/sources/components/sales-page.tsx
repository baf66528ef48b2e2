import { useInfiniteQuery } from '@tanstack/react-query';
import type { Sale } from '@waymark/contracts';
import { useMay, useMe } from '../../../shared/api/session.js';
import { CompanySelect, PersonSelect } from '../../../shared/forms/person-select.js';
import { useText } from '../../../shared/i18n/catalogue.js';
import { uiText } from '../../../shared/i18n/ui-text.js';
import { Button, TextInput } from '../../../shared/ui/controls.js';
import { EmptyList, type Filters, id, StaleFilters, useFilters } from '../../../shared/ui/filters.js';
import { AppLink, useGo } from '../../../shared/ui/link.js';
import { Card, Page } from '../../../shared/ui/page.js';
import { Skeleton, Trouble } from '../../../shared/ui/states.js';
import { DataTable } from '../../../shared/ui/table.js';
import { salesQuery } from '../api/sales.js';
import { CompanyLink } from './companies/company-link.js';
import { moneyText } from './money.js';
import { salesText } from './sale-form.js';
import { useCounted, useSoldAt } from './sale-pages.js';

const day = (text: string) => (/^\d{4}-\d{2}-\d{2}$/.test(text) ? text : undefined);
const readers = { owner: id, company: id, from: day, to: day };

/** Sales, the latest first; the filters stand in the address. */
export function SalesPage() {
  const t = useText(salesText);
  const me = useMe();
  const go = useGo();
  const filters = useFilters(readers);
  const { owner, company, ...same } = filters.values;
  const sales = useInfiniteQuery(salesQuery({ ownerId: owner, companyId: company, ...same }));
  return (
    <Page
      title={t('title')}
      trail={[me.organisation.name]}
      actions={useMay('sales.write') && <Button onClick={() => void go('/sales/new')}>{t('new')}</Button>}
    >
      <StaleFilters filters={filters} />
      <SaleFilters filters={filters} />
      {sales.isPending ? (
        <Skeleton lines={10} />
      ) : sales.isError ? (
        <Trouble error={sales.error} retry={() => void sales.refetch()} />
      ) : (
        <SaleList
          rows={sales.data.pages.flatMap(({ items }) => items)}
          filters={filters}
          more={sales.hasNextPage ? { busy: sales.isFetchingNextPage, load: () => void sales.fetchNextPage() } : null}
        />
      )}
    </Page>
  );
}

function SaleFilters({ filters }: { filters: Filters<typeof readers> }) {
  const t = useText(salesText);
  const others = useMay('restrictions.decide');
  const { values } = filters;
  return (
    <div className="wm-filters" role="search">
      <TextInput
        type="date"
        label={t('from')}
        value={values.from ?? ''}
        onChange={(event) => filters.set({ from: event.currentTarget.value || undefined })}
      />
      <TextInput
        type="date"
        label={t('to')}
        value={values.to ?? ''}
        onChange={(event) => filters.set({ to: event.currentTarget.value || undefined })}
      />
      <CompanySelect label={t('company')} value={values.company ?? ''} onChange={(company) => filters.set({ company: company || undefined })} />
      {others && <PersonSelect label={t('person')} value={values.owner ?? ''} onChange={(owner) => filters.set({ owner: owner || undefined })} />}
    </div>
  );
}

interface ListProps {
  rows: Sale[];
  filters: Filters<typeof readers>;
  more: { busy: boolean; load: () => void } | null;
}

function SaleList({ rows, filters, more }: ListProps) {
  const t = useText(salesText);
  const ui = useText(uiText);
  const soldAt = useSoldAt();
  const counted = useCounted();
  if (rows.length === 0) return <EmptyList filters={filters} none={t('none')} noneText={t('noneText')} nothing={t('nothing')} />;
  return (
    <Card>
      <DataTable<Sale>
        caption={t('title')}
        rows={rows}
        rowKey={(one) => one.id}
        columns={[
          { key: 'at', label: t('at'), cell: (one) => <AppLink to={`/sales/${one.id}`}>{soldAt(one)}</AppLink> },
          { key: 'amount', label: t('amount'), cell: (one) => moneyText(one.amount), numeric: true },
          { key: 'counted', label: t('counted'), cell: counted, numeric: true },
          { key: 'person', label: t('person'), cell: (one) => one.shares.map(({ user, share }) => `${user.name} ${share} %`).join(', ') },
          { key: 'company', label: t('company'), cell: (one) => <CompanyLink company={one.company} /> },
          { key: 'deal', label: t('deal'), cell: (one) => one.item?.name ?? '–' },
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
