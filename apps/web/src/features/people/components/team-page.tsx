import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import type { Membership, TeamDetail } from '@waymark/contracts';
import { useState } from 'react';
import { useMay, useMe } from '../../../shared/api/session.js';
import { PersonSelect, TeamSelect } from '../../../shared/forms/person-select.js';
import { FormEnd, useProblemForm } from '../../../shared/forms/problem-form.js';
import { useText } from '../../../shared/i18n/catalogue.js';
import { dayBefore, dayText } from '../../../shared/i18n/time.js';
import { Button, Checkbox, NativeSelect, TextInput } from '../../../shared/ui/controls.js';
import { AppLink } from '../../../shared/ui/link.js';
import { Card, Page } from '../../../shared/ui/page.js';
import { Loaded, Trouble } from '../../../shared/ui/states.js';
import { DataTable } from '../../../shared/ui/table.js';
import { useToast } from '../../../shared/ui/toasts.js';
import { membershipsQuery, teamQuery, useChangeMembership, useChangeTeam, useJoin } from '../api/people.js';
import { peopleText } from './text.js';

/** One team: its place in the tree, and who belongs to it from when until when. */
export function TeamPage() {
  const t = useText(peopleText);
  const { teamId } = useParams({ strict: false }) as { teamId: string };
  const team = useQuery(teamQuery(teamId));
  const manages = useMay('teams.manage');
  const [movedFrom, setMovedFrom] = useState<{ parentId: string | null } | null>(null);
  return (
    <Page title={team.data?.name ?? t('teams')} trail={[t('teams')]}>
      <Loaded query={team} lines={8}>
        {(found) => (
          <div className="wm-stack">
            {movedFrom && <Undo team={found} parentId={movedFrom.parentId} done={() => setMovedFrom(null)} />}
            {manages && <EditTeam key={found.version} team={found} moved={(parentId) => setMovedFrom({ parentId })} />}
            <Members teamId={teamId} manages={manages} />
            {manages && <Join teamId={teamId} />}
          </div>
        )}
      </Loaded>
    </Page>
  );
}

function Undo({ team, parentId, done }: { team: TeamDetail; parentId: string | null; done: () => void }) {
  const t = useText(peopleText);
  const change = useChangeTeam(team.id);
  return (
    <p className="wm-notice" role="status">
      {t('moved')}{' '}
      <Button
        variant="default"
        size="xs"
        loading={change.isPending}
        onClick={() => change.mutate({ parentId, version: team.version }, { onSuccess: done })}
      >
        {t('undo')}
      </Button>
    </p>
  );
}

function EditTeam({ team, moved }: { team: TeamDetail; moved: (from: string | null) => void }) {
  const t = useText(peopleText);
  const say = useToast();
  const change = useChangeTeam(team.id);
  const editor = useProblemForm({
    initial: { name: team.name, category: team.category ?? '', parentId: team.parentId ?? '' },
    send: async ({ name, category, parentId }) => {
      await change.mutateAsync({ name, category: category || null, parentId: parentId || null, version: team.version });
      if (parentId !== (team.parentId ?? '')) moved(team.parentId);
      say(t('saved'));
    },
  });
  const field = editor.form.getInputProps;
  return (
    <Card title={t('details')}>
      <form className="wm-form" onSubmit={editor.submit} noValidate>
        <TextInput label={t('name')} required maxLength={120} {...field('name')} />
        <TextInput label={t('category')} maxLength={120} {...field('category')} />
        <TeamSelect label={t('parent')} {...field('parentId')} />
        <FormEnd of={editor} label={t('save')} />
      </form>
    </Card>
  );
}

function Members({ teamId, manages }: { teamId: string; manages: boolean }) {
  const t = useText(peopleText);
  const { today } = useMe().organisation;
  const memberships = useQuery(membershipsQuery(teamId));
  const change = useChangeMembership(teamId);
  const end = ({ id, version, fromOn, untilOn, user }: Membership) =>
    manages && fromOn < today && (untilOn === null || untilOn > today) ? (
      <Button
        variant="default"
        size="xs"
        aria-label={t('endOf', { name: user.name })}
        loading={change.isPending}
        onClick={() => change.mutate({ id, version, untilOn: today })}
      >
        {t('end')}
      </Button>
    ) : (
      '–'
    );
  return (
    <Card title={t('members')}>
      {change.isError && <Trouble error={change.error} />}
      <Loaded query={memberships} lines={5}>
        {({ items }) => (
          <DataTable
            caption={t('members')}
            rows={items}
            rowKey={(membership) => membership.id}
            columns={[
              { key: 'person', label: t('person'), cell: ({ user }) => <AppLink to={`/admin/people/${user.id}`}>{user.name}</AppLink> },
              { key: 'role', label: t('role'), cell: ({ role, primary }) => `${t(`role.${role}`)}${primary ? ` · ${t('primary')}` : ''}` },
              { key: 'from', label: t('from'), cell: ({ fromOn }) => dayText(fromOn) },
              { key: 'until', label: t('until'), cell: ({ untilOn }) => (untilOn ? dayText(dayBefore(untilOn)) : t('open')) },
              ...(manages ? [{ key: 'end', label: t('change'), cell: end }] : []),
            ]}
          />
        )}
      </Loaded>
    </Card>
  );
}

function Join({ teamId }: { teamId: string }) {
  const t = useText(peopleText);
  const say = useToast();
  const { today } = useMe().organisation;
  const join = useJoin(teamId);
  const initial = { userId: '', role: 'member' as 'member' | 'leader', fromOn: today, primary: false };
  const editor = useProblemForm({
    initial,
    send: async (values) => {
      await join.mutateAsync(values);
      say(t('saved'));
    },
  });
  const field = editor.form.getInputProps;
  return (
    <Card title={t('addMember')}>
      <form className="wm-form" onSubmit={editor.submit} noValidate>
        <PersonSelect label={t('person')} required {...field('userId')} />
        <NativeSelect
          label={t('role')}
          data={(['member', 'leader'] as const).map((role) => ({ value: role, label: t(`role.${role}`) }))}
          {...field('role')}
        />
        <TextInput type="date" label={t('from')} required {...field('fromOn')} />
        <Checkbox label={t('makePrimary')} {...field('primary', { type: 'checkbox' })} />
        <FormEnd of={editor} label={t('addMember')} />
      </form>
    </Card>
  );
}
