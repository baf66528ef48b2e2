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

/** The demo of the real export comes first, unless the reader wanted to go to another one. */
const first = (people: readonly DemoPerson[], back: string | undefined): string[] => {
  const weight = (slug: string) => (back?.startsWith(`/${slug}/`) ? 2 : slug === 'hardware' ? 1 : 0);
  return [...new Set(people.map(({ organisation }) => organisation))].sort((one, other) => weight(other) - weight(one));
};

/** "Sign in as ...": people of the demos by role, with a hint who has something to see. Absent where there is no demo. */
export function DemoPicker({ back }: { back: string | undefined }) {
  const t = useText(accessText);
  const demo = useQuery(demoQuery);
  const signIn = useSignIn(back);
  const [wanted, setWanted] = useState('');
  if (!demo.data?.enabled) return null;
  const { people } = demo.data;
  const found = people.filter(({ name }) => name.toLowerCase().includes(wanted.trim().toLowerCase()));
  const slugs = first(people, back);
  return (
    <Card title={t('demo')}>
      <TextInput label={t('find')} value={wanted} onChange={(event) => setWanted(event.currentTarget.value)} />
      {signIn.isError && <Trouble error={signIn.error} />}
      {slugs.map((slug) => {
        const shown = found.filter(({ organisation }) => organisation === slug);
        const organisation = people.find((person) => person.organisation === slug)?.organisationName ?? slug;
        return shown.length === 0 ? null : (
          <div key={slug} className="wm-stack">
            <p>{t(slug === 'growth' ? 'demoMadeText' : 'demoText', { organisation })}</p>
            <People of={organisation} people={shown} busy={signIn.isPending} choose={(person) => signIn.mutate(person)} />
          </div>
        );
      })}
      {found.length === 0 && <p role="status">{t('nobody')}</p>}
    </Card>
  );
}

/** The people of one organisation by what they do. */
function People({ of, people, busy, choose }: { of: string; people: readonly DemoPerson[]; busy: boolean; choose: (person: DemoPerson) => void }) {
  const t = useText(accessText);
  return groups.map((group) => {
    const some = people.filter((person) => groupOf(person) === group);
    return some.length === 0 ? null : (
      <section key={group} className="wm-stack" aria-label={`${t(group)}, ${of}`}>
        <h3>
          {t(group)} ({some.length})
        </h3>
        <ul className="wm-person-buttons">
          {some.map((person) => (
            <li key={person.userId}>
              <PersonButton person={person} group={group} busy={busy} choose={() => choose(person)} />
            </li>
          ))}
        </ul>
      </section>
    );
  });
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
