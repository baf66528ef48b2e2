import { useInfiniteQuery } from '@tanstack/react-query';
import { notFound, useParams } from '@tanstack/react-router';
import { useMay, useMe } from '../../../../shared/api/session.js';
import { CompanySelect, PersonSelect } from '../../../../shared/forms/person-select.js';
import { useText } from '../../../../shared/i18n/catalogue.js';
import { uiText } from '../../../../shared/i18n/ui-text.js';
import { Button } from '../../../../shared/ui/controls.js';
import { EmptyList, type Filters, id, StaleFilters, useFilters } from '../../../../shared/ui/filters.js';
import { AppLink, useGo } from '../../../../shared/ui/link.js';
import { Card, Page } from '../../../../shared/ui/page.js';
import { Skeleton, Trouble } from '../../../../shared/ui/states.js';
import { DataTable } from '../../../../shared/ui/table.js';
import { type FactRecord, recordsQuery } from '../../api/records.js';
import { CompanyLink } from '../companies/company-link.js';
import { recordKinds } from './kinds.js';
import { type RecordField, type RecordKind, recordsText } from './record-kind.js';
import { useShown } from './shown.js';

const readers = { owner: id, company: id };

/** The kind that the address names; no page where there is none. */
export function useKind(): RecordKind {
  const { kind } = useParams({ strict: false }) as { kind: string };
  const found = recordKinds.find(({ slug }) => slug === kind);
  if (!found) throw notFound();
  return found;
}

/** Records of one kind, the latest first; the filters stand in the address. */
export function RecordsPage() {
  const kind = useKind();
  return <KindPage key={kind.slug} kind={kind} />;
}

function KindPage({ kind }: { kind: RecordKind }) {
  const t = useText(recordsText);
  const go = useGo();
  const filters = useFilters(readers);
  const { owner, company } = filters.values;
  const records = useInfiniteQuery(recordsQuery(kind.slug, { ownerId: owner, companyId: company }));
  return (
    <Page
      title={t(kind.title)}
      trail={[t('records')]}
      actions={useMay(kind.writes) && <Button onClick={() => void go(`/records/${kind.slug}/new`)}>{t(kind.add)}</Button>}
    >
      <Kinds />
      <StaleFilters filters={filters} />
      <RecordFilters kind={kind} filters={filters} />
      {records.isPending ? (
        <Skeleton lines={10} />
      ) : records.isError ? (
        <Trouble error={records.error} retry={() => void records.refetch()} />
      ) : (
        <RecordList
          kind={kind}
          rows={records.data.pages.flatMap(({ items }) => items)}
          filters={filters}
          more={records.hasNextPage ? { busy: records.isFetchingNextPage, load: () => void records.fetchNextPage() } : null}
        />
      )}
    </Page>
  );
}

/** The kinds that the reader may see, beside each other. */
function Kinds() {
  const t = useText(recordsText);
  const { capabilities } = useMe();
  const here = useKind();
  return (
    <nav className="wm-tabs" aria-label={t('records')}>
      {recordKinds
        .filter(({ reads }) => capabilities.includes(reads))
        .map(({ slug, title }) => (
          <AppLink key={slug} to={`/records/${slug}`} className="wm-tab" aria-current={slug === here.slug ? 'page' : undefined}>
            {t(title)}
          </AppLink>
        ))}
    </nav>
  );
}

function RecordFilters({ kind, filters }: { kind: RecordKind; filters: Filters<typeof readers> }) {
  const t = useText(recordsText);
  const others = useMay('restrictions.decide');
  const { values } = filters;
  const has = (of: 'company' | 'owner') => kind.fields.some((field) => field.kind === of);
  return (
    <div className="wm-filters" role="search">
      {has('company') && (
        <CompanySelect label={t('company')} value={values.company ?? ''} onChange={(company) => filters.set({ company: company || undefined })} />
      )}
      {has('owner') && others && (
        <PersonSelect label={t('owner')} value={values.owner ?? ''} onChange={(owner) => filters.set({ owner: owner || undefined })} />
      )}
    </div>
  );
}

interface ListProps {
  kind: RecordKind;
  rows: FactRecord[];
  filters: Filters<typeof readers>;
  more: { busy: boolean; load: () => void } | null;
}

function RecordList({ kind, rows, filters, more }: ListProps) {
  const t = useText(recordsText);
  const ui = useText(uiText);
  const shown = useShown();
  if (rows.length === 0) return <EmptyList filters={filters} none={t(kind.none)} noneText={t('noneText')} nothing={t('nothing')} />;
  const shownWithLink = (field: RecordField, one: FactRecord) =>
    field.kind === 'company' ? <CompanyLink company={one.company} /> : shown(field, one);
  const listed = kind.fields.filter((field) => field.listed);
  return (
    <Card>
      <DataTable<FactRecord>
        caption={t(kind.title)}
        rows={rows}
        rowKey={(one) => one.id}
        columns={listed.map((field, n) => ({
          key: field.name,
          label: t(field.label),
          numeric: field.kind === 'money' || field.kind === 'integer',
          cell: (one) => (n === 0 ? <AppLink to={`/records/${kind.slug}/${one.id}`}>{shown(field, one)}</AppLink> : shownWithLink(field, one)),
        }))}
      />
      {more && (
        <Button variant="default" loading={more.busy} onClick={more.load}>
          {ui('more')}
        </Button>
      )}
    </Card>
  );
}
