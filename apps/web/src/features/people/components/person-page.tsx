import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import type { UserDetail } from '@waymark/contracts';
import { useState } from 'react';
import { useMay } from '../../../shared/api/session.js';
import { FormEnd, useProblemForm } from '../../../shared/forms/problem-form.js';
import { useText } from '../../../shared/i18n/catalogue.js';
import { dayBefore, dayText } from '../../../shared/i18n/time.js';
import { Button, Checkbox, TextInput } from '../../../shared/ui/controls.js';
import { AppLink, useGo } from '../../../shared/ui/link.js';
import { Card, Facts, Page } from '../../../shared/ui/page.js';
import { Loaded, Trouble } from '../../../shared/ui/states.js';
import { DataTable } from '../../../shared/ui/table.js';
import { useToast } from '../../../shared/ui/toasts.js';
import { personQuery, useChangePerson, useCreatePerson, useSetRoles } from '../api/people.js';
import { InvitationCard } from './invitation-card.js';
import { PrivacyCard } from './privacy-card.js';
import { roles } from './roles.js';
import { peopleText } from './text.js';
import { WorkingTimeCard } from './working-time-card.js';

interface PersonValues {
  name: string;
  email: string;
  externalId: string;
  startedOn: string;
}

const request = ({ name, email, externalId, startedOn }: PersonValues) => ({
  name,
  email: email || null,
  externalId: externalId || null,
  startedOn: startedOn || null,
});

/** A new person, member unless the roles are changed afterwards. */
export function NewPersonPage() {
  const t = useText(peopleText);
  const go = useGo();
  const create = useCreatePerson();
  const editor = useProblemForm<PersonValues>({
    initial: { name: '', email: '', externalId: '', startedOn: '' },
    send: async (values) => go(`/admin/people/${(await create.mutateAsync(request(values))).id}`),
  });
  return (
    <Page title={t('newPerson')} trail={[t('people')]}>
      <Card>
        <form className="wm-form" onSubmit={editor.submit} noValidate>
          <PersonFields editor={editor} />
          <FormEnd of={editor} label={t('create')} cancel={() => void go('/admin/people')} />
        </form>
      </Card>
    </Page>
  );
}

/** One person: details, roles, teams of all times. */
export function PersonPage() {
  const t = useText(peopleText);
  const { personId } = useParams({ strict: false }) as { personId: string };
  const person = useQuery(personQuery(personId));
  const manages = useMay('people.manage');
  const keeps = useMay('people.privacy');
  return (
    <Page title={person.data?.name ?? t('people')} trail={[t('people')]} lead={person.data && t(`status.${person.data.status}`)}>
      <Loaded query={person} lines={8}>
        {(found) => (
          <div className="wm-stack">
            <Card title={t('details')}>
              <Facts
                items={[
                  [t('manager'), found.manager?.name ?? '–'],
                  [t('roles'), found.roles.map((role) => t(`role.${role}`)).join(', ') || '–'],
                ]}
              />
              <AppLink to="/gates" search={{ q: found.name }}>
                {t('restrictions')}
              </AppLink>
              {manages && <EditPerson key={`edit ${found.version}`} person={found} />}
            </Card>
            {manages && <RolesCard key={`roles ${found.version}`} person={found} />}
            <Memberships person={found} />
            <WorkingTimeCard person={found} />
            {manages && <InvitationCard person={found} />}
            {keeps && <PrivacyCard person={found} />}
          </div>
        )}
      </Loaded>
    </Page>
  );
}

function EditPerson({ person }: { person: UserDetail }) {
  const t = useText(peopleText);
  const say = useToast();
  const change = useChangePerson(person);
  const { name, email, externalId, startedOn, status } = person;
  const editor = useProblemForm<PersonValues>({
    initial: { name, email: email ?? '', externalId: externalId ?? '', startedOn: startedOn ?? '' },
    send: async (values) => {
      await change.mutateAsync(request(values));
      say(t('saved'));
    },
  });
  const next = status === 'active' ? 'disabled' : 'active';
  const toggle = useChangePerson(person);
  return (
    <>
      <form className="wm-form" onSubmit={editor.submit} noValidate>
        <PersonFields editor={editor} />
        <FormEnd of={editor} label={t('save')} />
      </form>
      {status === 'active' && <p className="wm-muted">{t('deactivateText')}</p>}
      {toggle.isError && <Trouble error={toggle.error} />}
      <div className="wm-row">
        <Button variant="default" loading={toggle.isPending} onClick={() => toggle.mutate({ status: next })}>
          {t(status === 'active' ? 'deactivate' : 'reactivate')}
        </Button>
      </div>
    </>
  );
}

function PersonFields({ editor }: { editor: ReturnType<typeof useProblemForm<PersonValues>> }) {
  const t = useText(peopleText);
  const field = editor.form.getInputProps;
  return (
    <>
      <TextInput label={t('name')} required maxLength={120} {...field('name')} />
      <TextInput label={t('email')} description={t('emailHint')} type="email" maxLength={254} {...field('email')} />
      <TextInput label={t('externalId')} maxLength={120} {...field('externalId')} />
      <TextInput type="date" label={t('startedOn')} {...field('startedOn')} />
    </>
  );
}

function RolesCard({ person }: { person: UserDetail }) {
  const t = useText(peopleText);
  const [chosen, choose] = useState<UserDetail['roles']>(person.roles);
  const save = useSetRoles(person);
  return (
    <Card title={t('roles')} aside={<AppLink to="/admin/roles">{t('rolesLead').split('.')[0]}</AppLink>}>
      <div className="wm-stack">
        {roles.map((role) => (
          <Checkbox
            key={role}
            label={t(`role.${role}`)}
            checked={chosen.includes(role)}
            onChange={(event) => choose(event.currentTarget.checked ? [...chosen, role] : chosen.filter((one) => one !== role))}
          />
        ))}
        {save.isError && <Trouble error={save.error} />}
        <div className="wm-row">
          <Button loading={save.isPending} onClick={() => save.mutate(chosen)}>
            {t('saveRoles')}
          </Button>
        </div>
      </div>
    </Card>
  );
}

function Memberships({ person }: { person: UserDetail }) {
  const t = useText(peopleText);
  return (
    <Card title={t('memberships')}>
      {person.memberships.length === 0 ? (
        <p>{t('noMemberships')}</p>
      ) : (
        <DataTable
          caption={t('memberships')}
          rows={person.memberships}
          rowKey={(membership) => membership.id}
          columns={[
            { key: 'team', label: t('team'), cell: ({ team }) => <AppLink to={`/admin/teams/${team.id}`}>{team.name}</AppLink> },
            { key: 'role', label: t('role'), cell: ({ role, primary }) => `${t(`role.${role}`)}${primary ? ` · ${t('primary')}` : ''}` },
            { key: 'from', label: t('from'), cell: ({ fromOn }) => dayText(fromOn) },
            { key: 'until', label: t('until'), cell: ({ untilOn }) => (untilOn ? dayText(dayBefore(untilOn)) : t('open')) },
          ]}
        />
      )}
    </Card>
  );
}
