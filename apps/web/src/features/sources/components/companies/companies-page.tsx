import { useInfiniteQuery } from '@tanstack/react-query';
import type { Company } from '@waymark/contracts';
import { useMay, useMe } from '../../../../shared/api/session.js';
import { PersonSelect } from '../../../../shared/forms/person-select.js';
import { useText } from '../../../../shared/i18n/catalogue.js';
import { uiText } from '../../../../shared/i18n/ui-text.js';
import { Button, NativeSelect, TextInput } from '../../../../shared/ui/controls.js';
import { EmptyList, type Filters, id, oneOf, StaleFilters, useFilters, words } from '../../../../shared/ui/filters.js';
import { AppLink } from '../../../../shared/ui/link.js';
import { Card, Page } from '../../../../shared/ui/page.js';
import { Skeleton, Trouble } from '../../../../shared/ui/states.js';
import { DataTable } from '../../../../shared/ui/table.js';
import { companiesQuery } from '../../api/companies.js';
import { companiesText } from './text.js';

const sorts = ['name', '-name'] as const;
const readers = { q: words(), coach: id, sort: oneOf(...sorts) };
/** People who may coach. */
export const coaching = ['coach', 'director'];

/** Companies with their coaches: all, or those that one coaches or belongs to; the filters stand in the address (SRC-01). */
export function CompaniesPage() {
  const t = useText(companiesText);
  const me = useMe();
  const filters = useFilters(readers);
  const { coach, ...same } = filters.values;
  const companies = useInfiniteQuery(companiesQuery({ coachId: coach, ...same }));
  const add = useMay('companies.write') && (
    <AppLink to="/companies/new" className="wm-button wm-primary">
      {t('new')}
    </AppLink>
  );
  return (
    <Page title={t('title')} trail={[me.organisation.name]} actions={add}>
      <StaleFilters filters={filters} />
      <CompanyFilters filters={filters} />
      {companies.isPending ? (
        <Skeleton lines={10} />
      ) : companies.isError ? (
        <Trouble error={companies.error} retry={() => void companies.refetch()} />
      ) : (
        <CompanyList
          rows={companies.data.pages.flatMap(({ items }) => items)}
          filters={filters}
          more={companies.hasNextPage ? { busy: companies.isFetchingNextPage, load: () => void companies.fetchNextPage() } : null}
        />
      )}
    </Page>
  );
}

function CompanyFilters({ filters: { values, set } }: { filters: Filters<typeof readers> }) {
  const t = useText(companiesText);
  const others = useMay('people.read');
  return (
    <div className="wm-filters" role="search">
      <TextInput
        label={t('search')}
        value={values.q ?? ''}
        onChange={(event) => set({ q: event.currentTarget.value || undefined }, { typing: true })}
      />
      {others && (
        <PersonSelect label={t('coach')} roles={coaching} value={values.coach ?? ''} onChange={(coach) => set({ coach: coach || undefined })} />
      )}
      <NativeSelect
        label={t('sort')}
        value={values.sort ?? 'name'}
        onChange={(event) => set({ sort: sorts.find((sort) => sort === event.currentTarget.value) })}
        data={sorts.map((sort) => ({ value: sort, label: t(`sort.${sort}`) }))}
      />
    </div>
  );
}

interface ListProps {
  rows: Company[];
  filters: Filters<typeof readers>;
  more: { busy: boolean; load: () => void } | null;
}

function CompanyList({ rows, filters, more }: ListProps) {
  const t = useText(companiesText);
  const ui = useText(uiText);
  const all = useMay('people.read');
  if (rows.length === 0)
    return (
      <EmptyList filters={filters} none={t(all ? 'none' : 'noneYours')} noneText={t(all ? 'noneText' : 'noneYoursText')} nothing={t('nothing')} />
    );
  return (
    <Card>
      <DataTable<Company>
        caption={t('title')}
        rows={rows}
        rowKey={(one) => one.id}
        columns={[
          { key: 'name', label: t('name'), cell: (one) => <AppLink to={`/companies/${one.id}`}>{one.name}</AppLink> },
          { key: 'industry', label: t('industry'), cell: (one) => one.industry ?? '–' },
          { key: 'country', label: t('country'), cell: (one) => one.country ?? '–' },
          { key: 'coaches', label: t('coaches'), cell: (one) => one.coaches.map(({ name }) => name).join(', ') || '–' },
          { key: 'members', label: t('members'), cell: (one) => one.memberCount, numeric: true },
          { key: 'owner', label: t('owner'), cell: (one) => one.ownerName ?? '–' },
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
