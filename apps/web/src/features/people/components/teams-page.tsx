import { useQuery } from '@tanstack/react-query';
import type { Team } from '@waymark/contracts';
import { queries } from '../../../shared/api/queries.js';
import { useMay } from '../../../shared/api/session.js';
import { TeamSelect } from '../../../shared/forms/person-select.js';
import { FormEnd, useProblemForm } from '../../../shared/forms/problem-form.js';
import { useText } from '../../../shared/i18n/catalogue.js';
import { TextInput } from '../../../shared/ui/controls.js';
import { AppLink, useGo } from '../../../shared/ui/link.js';
import { Card, Page } from '../../../shared/ui/page.js';
import { EmptyState, Loaded } from '../../../shared/ui/states.js';
import { useCreateTeam } from '../api/people.js';
import { peopleText } from './text.js';

/** The tree of teams with leaders and numbers of members. */
export function TeamsPage() {
  const t = useText(peopleText);
  const teams = useQuery(queries.teams());
  const add = useMay('teams.manage') && (
    <AppLink to="/admin/teams/new" className="wm-button wm-primary">
      {t('newTeam')}
    </AppLink>
  );
  return (
    <Page title={t('teams')} actions={add}>
      <Loaded query={teams} lines={8}>
        {({ items }) =>
          items.length === 0 ? (
            <EmptyState title={t('noTeams')} action={add} />
          ) : (
            <Card>
              <Branch teams={items} parentId={null} />
            </Card>
          )
        }
      </Loaded>
    </Page>
  );
}

function Branch({ teams, parentId }: { teams: Team[]; parentId: string | null }) {
  const t = useText(peopleText);
  const known = new Set(teams.map(({ id }) => id));
  // A team whose parent is not in the list stands at the top.
  const here = teams.filter((team) => (team.parentId !== null && known.has(team.parentId) ? team.parentId : null) === parentId);
  if (here.length === 0) return null;
  return (
    <ul className="wm-tree">
      {here.map((team) => (
        <li key={team.id}>
          <AppLink to={`/admin/teams/${team.id}`}>{team.name}</AppLink>
          <span className="wm-muted">
            {t('counts', { count: team.memberCount })}
            {team.leaderNames.length > 0 && ` · ${t('ledBy', { names: team.leaderNames.join(', ') })}`}
          </span>
          <Branch teams={teams} parentId={team.id} />
        </li>
      ))}
    </ul>
  );
}

/** A new team, perhaps below another. */
export function NewTeamPage() {
  const t = useText(peopleText);
  const go = useGo();
  const create = useCreateTeam();
  const editor = useProblemForm({
    initial: { name: '', category: '', parentId: '' },
    send: async ({ name, category, parentId }) => {
      const team = await create.mutateAsync({ name, category: category || null, parentId: parentId || null });
      await go(`/admin/teams/${team.id}`);
    },
  });
  const field = editor.form.getInputProps;
  return (
    <Page title={t('newTeam')} trail={[t('teams')]}>
      <Card>
        <form className="wm-form" onSubmit={editor.submit} noValidate>
          <TextInput label={t('name')} required maxLength={120} {...field('name')} />
          <TextInput label={t('category')} maxLength={120} {...field('category')} />
          <TeamSelect label={t('parent')} {...field('parentId')} />
          <FormEnd of={editor} label={t('create')} cancel={() => void go('/admin/teams')} />
        </form>
      </Card>
    </Page>
  );
}
