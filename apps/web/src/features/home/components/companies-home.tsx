import { useQuery } from '@tanstack/react-query';
import type { Company, CompanyPage } from '@waymark/contracts';
import { queries } from '../../../shared/api/queries.js';
import { useMay } from '../../../shared/api/session.js';
import { useText } from '../../../shared/i18n/catalogue.js';
import { AppLink } from '../../../shared/ui/link.js';
import { Card } from '../../../shared/ui/page.js';
import { EmptyState, Loaded } from '../../../shared/ui/states.js';
import { DataTable } from '../../../shared/ui/table.js';
import { homeText } from './text.js';

/** Home of those who work with companies and own no goals: coaches, founders, directors. */
export function CompaniesHome() {
  const t = useText(homeText);
  const all = useMay('people.read');
  const companies = useQuery(queries.firstCompanies());
  const title = t(all ? 'companies' : 'myCompanies');
  return (
    <Loaded query={companies} lines={8}>
      {({ items, nextCursor }: CompanyPage) =>
        items.length === 0 ? (
          <EmptyState title={t('noCompanies')} text={t(all ? 'noCompaniesText' : 'noCompaniesYet')} />
        ) : (
          <Card title={title} aside={nextCursor && <AppLink to="/companies">{t('allCompanies')}</AppLink>}>
            <DataTable<Company>
              caption={title}
              rows={items}
              rowKey={(one) => one.id}
              columns={[
                { key: 'name', label: t('company'), cell: (one) => <AppLink to={`/companies/${one.id}`}>{one.name}</AppLink> },
                { key: 'industry', label: t('industry'), cell: (one) => one.industry ?? '–' },
                { key: 'coaches', label: t('coaches'), cell: (one) => one.coaches.map(({ name }) => name).join(', ') || '–' },
                { key: 'owner', label: t('owner'), cell: (one) => one.ownerName ?? '–' },
              ]}
            />
          </Card>
        )
      }
    </Loaded>
  );
}
