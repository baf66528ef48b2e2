import { useQuery } from '@tanstack/react-query';
import { queries } from '../../../shared/api/queries.js';
import { useMay } from '../../../shared/api/session.js';
import { TeamSelect } from '../../../shared/forms/person-select.js';
import { useText } from '../../../shared/i18n/catalogue.js';
import { NativeSelect, TextInput } from '../../../shared/ui/controls.js';
import { type Filters, id, oneOf, StaleFilters, useFilters, words } from '../../../shared/ui/filters.js';
import { AppLink } from '../../../shared/ui/link.js';
import { Card, Page } from '../../../shared/ui/page.js';
import { EmptyState, Loaded } from '../../../shared/ui/states.js';
import { DataTable } from '../../../shared/ui/table.js';
import { roles } from './roles.js';
import { peopleText } from './text.js';

const statuses = ['active', 'disabled'] as const;
const sorts = ['name', '-name'] as const;
const readers = { q: words(), role: oneOf(...roles), status: oneOf(...statuses), team: id, sort: oneOf(...sorts) };

/** Everybody of the organisation, with filters in the address. */
export function PeoplePage() {
  const t = useText(peopleText);
  const filters = useFilters(readers);
  const { team, ...rest } = filters.values;
  const people = useQuery(queries.users({ ...rest, teamId: team }));
  const actions = (
    <>
      <AppLink to="/admin/roles" className="wm-button">
        {t('roles')}
      </AppLink>
      {useMay('people.manage') && (
        <AppLink to="/admin/people/new" className="wm-button wm-primary">
          {t('newPerson')}
        </AppLink>
      )}
    </>
  );
  return (
    <Page title={t('people')} actions={actions}>
      <StaleFilters filters={filters} />
      <PeopleFilters filters={filters} />
      <Loaded query={people} lines={10}>
        {({ items, more }) =>
          items.length === 0 ? (
            <EmptyState title={t('none')} text={t('noneText')} />
          ) : (
            <Card>
              <DataTable
                caption={t('people')}
                rows={items}
                rowKey={(person) => person.id}
                columns={[
                  { key: 'name', label: t('name'), cell: (person) => <AppLink to={`/admin/people/${person.id}`}>{person.name}</AppLink> },
                  { key: 'roles', label: t('roles'), cell: (person) => person.roles.map((role) => t(`role.${role}`)).join(', ') || '–' },
                  { key: 'team', label: t('team'), cell: (person) => person.teamName ?? '–' },
                  { key: 'status', label: t('status'), cell: (person) => t(`status.${person.status}`) },
                ]}
              />
              {more && <p className="wm-muted">{t('more')}</p>}
            </Card>
          )
        }
      </Loaded>
    </Page>
  );
}

function PeopleFilters({ filters: { values, set } }: { filters: Filters<typeof readers> }) {
  const t = useText(peopleText);
  return (
    <div className="wm-filters" role="search">
      <TextInput
        label={t('search')}
        value={values.q ?? ''}
        onChange={(event) => set({ q: event.currentTarget.value || undefined }, { typing: true })}
      />
      <NativeSelect
        label={t('role')}
        value={values.role ?? ''}
        onChange={(event) => set({ role: roles.find((role) => role === event.currentTarget.value) })}
        data={[{ value: '', label: t('any') }, ...roles.map((role) => ({ value: role, label: t(`role.${role}`) }))]}
      />
      <NativeSelect
        label={t('status')}
        value={values.status ?? ''}
        onChange={(event) => set({ status: statuses.find((status) => status === event.currentTarget.value) })}
        data={[{ value: '', label: t('any') }, ...statuses.map((status) => ({ value: status, label: t(`status.${status}`) }))]}
      />
      <TeamSelect label={t('team')} value={values.team ?? ''} onChange={(team) => set({ team: team || undefined })} />
      <NativeSelect
        label={t('sort')}
        value={values.sort ?? 'name'}
        onChange={(event) => set({ sort: sorts.find((sort) => sort === event.currentTarget.value) })}
        data={sorts.map((sort) => ({ value: sort, label: t(`sort.${sort}`) }))}
      />
    </div>
  );
}
