import { useQuery } from '@tanstack/react-query';
import { useText } from '../../../shared/i18n/catalogue.js';
import { Card, Page } from '../../../shared/ui/page.js';
import { Loaded } from '../../../shared/ui/states.js';
import { DataTable } from '../../../shared/ui/table.js';
import { permissionsQuery } from '../api/people.js';
import { peopleText } from './text.js';

type Scope = 'self' | 'team' | 'portfolio' | 'company' | 'tenant';

/** The table of roles as the guards read it (Q107). */
export function RolesPage() {
  const t = useText(peopleText);
  const table = useQuery(permissionsQuery());
  return (
    <Page title={t('roles')} trail={[t('people')]} lead={t('rolesLead')}>
      <Loaded query={table} lines={20}>
        {({ roles, items }) => (
          <Card>
            <DataTable
              caption={t('roles')}
              rows={items}
              rowKey={(row) => row.capability}
              columns={[
                { key: 'about', label: t('capability'), cell: (row) => row.about },
                ...roles.map((role) => ({
                  key: role,
                  label: t(`role.${role}`),
                  cell: (row: (typeof items)[number]) => (row.scopes[role] ? t(`scope.${row.scopes[role] as Scope}`) : '–'),
                })),
              ]}
            />
          </Card>
        )}
      </Loaded>
    </Page>
  );
}
