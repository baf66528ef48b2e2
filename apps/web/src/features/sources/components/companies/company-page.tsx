import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import type { Company, CompanyUpdate, Enrolment, Interaction } from '@waymark/contracts';
import type { ReactNode } from 'react';
import { useMay } from '../../../../shared/api/session.js';
import { useText } from '../../../../shared/i18n/catalogue.js';
import { dayText, useClock } from '../../../../shared/i18n/time.js';
import { AppLink } from '../../../../shared/ui/link.js';
import { Card, Facts, Page } from '../../../../shared/ui/page.js';
import { Loaded } from '../../../../shared/ui/states.js';
import { type Column, DataTable } from '../../../../shared/ui/table.js';
import { companyQuery, latestQuery } from '../../api/companies.js';
import { moneyText } from '../money.js';
import { ChangeCompany } from './company-form.js';
import { CompanyLink } from './company-link.js';
import { AssignPerson, CompanyPeople } from './company-people.js';
import { companiesText } from './text.js';

/** How many of the latest records of a kind stand on the page. */
const latest = 5;

/** One company: what it is, who coaches it and belongs to it, its programmes, and what was recorded last about it (SRC-01). */
export function CompanyPage() {
  const t = useText(companiesText);
  const { companyId } = useParams({ strict: false }) as { companyId: string };
  const company = useQuery(companyQuery(companyId));
  const { data } = company;
  const may = { write: useMay('companies.write'), assign: useMay('companies.assign') };
  const reads = { programmes: useMay('programmes.read'), updates: useMay('updates.read'), work: useMay('work.read') };
  const lead = data && [data.industry, data.coaches.map(({ name }) => name).join(', ')].filter(Boolean).join(' · ');
  return (
    <Page title={data?.name ?? t('company')} trail={[t('title')]} lead={lead}>
      <Loaded query={company} lines={10}>
        {(one) => (
          <div className="wm-stack">
            <Details company={one} />
            <CompanyPeople companyId={one.id} />
            {may.assign && <AssignPerson companyId={one.id} />}
            {reads.programmes && <Programmes companyId={one.id} />}
            {reads.updates && <Updates companyId={one.id} />}
            {reads.work && <Interactions companyId={one.id} />}
            {may.write && <ChangeCompany key={one.version} company={one} />}
          </div>
        )}
      </Loaded>
    </Page>
  );
}

function Details({ company }: { company: Company }) {
  const t = useText(companiesText);
  const parent = company.parentId === null ? null : { id: company.parentId, name: company.parentName ?? '' };
  return (
    <Card title={t('details')}>
      <Facts
        items={[
          [t('industry'), company.industry ?? '–'],
          [t('country'), company.country ?? '–'],
          [t('foundedYear'), company.foundedYear ?? '–'],
          [t('employees'), company.employees ?? '–'],
          [t('revenue'), company.revenue ? moneyText(company.revenue) : '–'],
          [t('owner'), company.ownerName ?? '–'],
          [t('parent'), <CompanyLink key="parent" company={parent} />],
          [t('members'), company.memberCount],
          [t('externalId'), company.externalId ?? '–'],
        ]}
      />
    </Card>
  );
}

interface LatestProps<T> {
  kind: 'enrolments' | 'company-updates' | 'interactions';
  companyId: string;
  title: string;
  none: string;
  columns: Column<T & { id: string }>[];
}

/** The latest records of a kind, and the way to all of them. */
function Latest<T>({ kind, companyId, title, none, columns }: LatestProps<T>): ReactNode {
  const t = useText(companiesText);
  const records = useQuery(latestQuery<T & { id: string }>(kind, companyId, latest));
  return (
    <Card
      title={title}
      aside={
        <AppLink to={`/records/${kind}`} search={{ company: companyId }} aria-label={`${t('all')}: ${title}`}>
          {t('all')}
        </AppLink>
      }
    >
      <Loaded query={records} lines={3}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="wm-muted">{none}</p>
          ) : (
            <DataTable caption={title} rows={items} rowKey={(one) => one.id} columns={columns} />
          )
        }
      </Loaded>
    </Card>
  );
}

function Programmes({ companyId }: { companyId: string }) {
  const t = useText(companiesText);
  return (
    <Latest<Enrolment>
      kind="enrolments"
      companyId={companyId}
      title={t('enrolments')}
      none={t('noEnrolments')}
      columns={[
        { key: 'programme', label: t('programme'), cell: (one) => <AppLink to={`/records/enrolments/${one.id}`}>{one.programme.name}</AppLink> },
        { key: 'from', label: t('from'), cell: (one) => dayText(one.fromOn) },
        { key: 'until', label: t('until'), cell: (one) => (one.untilOn ? dayText(one.untilOn) : t('open')) },
      ]}
    />
  );
}

function Updates({ companyId }: { companyId: string }) {
  const t = useText(companiesText);
  return (
    <Latest<CompanyUpdate>
      kind="company-updates"
      companyId={companyId}
      title={t('updates')}
      none={t('noUpdates')}
      columns={[
        { key: 'asOf', label: t('asOf'), cell: (one) => <AppLink to={`/records/company-updates/${one.id}`}>{dayText(one.asOfOn)}</AppLink> },
        { key: 'customers', label: t('customers'), cell: (one) => one.payingCustomers ?? '–', numeric: true },
        { key: 'arr', label: t('arr'), cell: (one) => (one.arr ? moneyText(one.arr) : '–'), numeric: true },
        { key: 'retention', label: t('retention'), cell: (one) => (one.retention === null ? '–' : `${one.retention} %`), numeric: true },
        { key: 'by', label: t('by'), cell: (one) => one.owner.name },
      ]}
    />
  );
}

function Interactions({ companyId }: { companyId: string }) {
  const t = useText(companiesText);
  const clock = useClock();
  return (
    <Latest<Interaction>
      kind="interactions"
      companyId={companyId}
      title={t('interactions')}
      none={t('noInteractions')}
      columns={[
        { key: 'when', label: t('when'), cell: (one) => <AppLink to={`/records/interactions/${one.id}`}>{clock.instant(one.occurredAt)}</AppLink> },
        { key: 'topic', label: t('topic'), cell: (one) => one.topic },
        { key: 'by', label: t('by'), cell: (one) => one.owner.name },
      ]}
    />
  );
}
