import { useQuery } from '@tanstack/react-query';
import type { DemoPerson } from '@waymark/contracts';
import { useState } from 'react';
import { useText } from '../../../shared/i18n/catalogue.js';
import { TextInput } from '../../../shared/ui/controls.js';
import { restrictionMarks } from '../../../shared/ui/icons.js';
import { MarkIcon } from '../../../shared/ui/chips.js';
import { Card } from '../../../shared/ui/page.js';
import { Trouble } from '../../../shared/ui/states.js';
import { demoQuery, useSignIn } from '../api/sessions.js';
import { accessText } from './text.js';

type Hint = 'account_lock' | 'commission_hold' | 'action_block' | 'warning';

const hints: readonly Hint[] = ['account_lock', 'action_block', 'commission_hold', 'warning'];
const groups = ['admins', 'leaders', 'blocked', 'reps'] as const;

const groupOf = (person: DemoPerson): (typeof groups)[number] => {
  if (person.roles.includes('admin')) return 'admins';
  if (person.roles.includes('leader')) return 'leaders';
  return person.restrictions.some((kind) => kind === 'action_block' || kind === 'account_lock') ? 'blocked' : 'reps';
};

/** "Sign in as ...": people of the demo by role, with a hint who has something to see. Absent where there is no demo. */
export function DemoPicker({ back }: { back: string | undefined }) {
  const t = useText(accessText);
  const demo = useQuery(demoQuery);
  const signIn = useSignIn(back);
  const [wanted, setWanted] = useState('');
  if (!demo.data?.enabled) return null;
  const found = demo.data.people.filter(({ name }) => name.toLowerCase().includes(wanted.trim().toLowerCase()));
  const organisation = demo.data.people[0]?.organisationName ?? '';
  return (
    <Card title={t('demo')}>
      <p>{t('demoText', { organisation })}</p>
      <TextInput label={t('find')} value={wanted} onChange={(event) => setWanted(event.currentTarget.value)} />
      {signIn.isError && <Trouble error={signIn.error} />}
      {groups.map((group) => {
        const people = found.filter((person) => groupOf(person) === group);
        return people.length === 0 ? null : (
          <section key={group} className="wm-stack" aria-label={t(group)}>
            <h3>
              {t(group)} ({people.length})
            </h3>
            <ul className="wm-person-buttons">
              {people.map((person) => (
                <li key={person.userId}>
                  <PersonButton person={person} group={group} busy={signIn.isPending} choose={() => signIn.mutate(person)} />
                </li>
              ))}
            </ul>
          </section>
        );
      })}
      {found.length === 0 && <p role="status">{t('nobody')}</p>}
    </Card>
  );
}

function PersonButton({ person, group, busy, choose }: { person: DemoPerson; group: (typeof groups)[number]; busy: boolean; choose: () => void }) {
  const t = useText(accessText);
  const shown = hints.filter((kind) => person.restrictions.includes(kind));
  const [first] = shown;
  const told = shown.filter((kind) => group !== 'blocked' || kind !== 'action_block'); // the heading of the group says it
  return (
    <button type="button" className="wm-button wm-person-button" aria-disabled={busy || undefined} onClick={busy ? undefined : choose}>
      {first && <MarkIcon mark={restrictionMarks[first]} />}
      <span>
        <span className="wm-hidden">{t('as', { name: '' })}</span>
        {person.name}
        <small>{[person.team, ...told.map((kind) => t(`hint.${kind}`))].filter(Boolean).join(' · ')}</small>
      </span>
    </button>
  );
}
