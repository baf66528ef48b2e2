import type { Day } from '@waymark/kernel';
import { addDays } from './calendar.js';
import type { Person } from './dataset.js';
import { familyNames, givenNames } from './words.js';

/** People with a number of records that is known by hand, whatever the seed. */
export const planted = { bdr: 'bdr-known', csm: 'csm-known' } as const;
const root = 'Growth';

/** Two teams of business development, one or more of customer success; everybody was there before the first fact. */
export function makePeople(factor: number, today: Day): Person[] {
  const since = addDays(today, -800);
  const size = Math.max(1, Math.min(20, Math.round(factor)));
  const [north, south, success] = ['Development North', 'Development South', 'Customer Success'];
  const leader = (id: string, name: string, team: string): Person => ({
    id,
    name,
    role: 'leader',
    work: 'lead',
    team,
    parentTeam: root,
    manager: '',
    since,
  });
  const member = (id: string, name: string, work: 'bdr' | 'csm', team: string, manager: string): Person => ({
    id,
    name,
    role: 'member',
    work,
    team,
    parentTeam: root,
    manager,
    since,
  });
  const leaders = [
    leader('lead-north', 'Nora North', north),
    leader('lead-south', 'Simon South', south),
    leader('lead-success', 'Carla Care', success),
  ];
  const known = [member(planted.bdr, 'Quinn Known', 'bdr', north, 'lead-north'), member(planted.csm, 'Petra Plain', 'csm', success, 'lead-success')];
  const numbered = (count: number, work: 'bdr' | 'csm') =>
    Array.from({ length: count }, (_, n) => ({ n, id: `${work}-${String(n + 1).padStart(3, '0')}` }));
  const bdrs = numbered(6 * size, 'bdr').map(({ n, id }) =>
    n % 2 === 0 ? member(id, nameOf(n), 'bdr', north, 'lead-north') : member(id, nameOf(n), 'bdr', south, 'lead-south'),
  );
  const csms = numbered(4 * size, 'csm').map(({ n, id }) => member(id, nameOf(n + 200), 'csm', success, 'lead-success'));
  return [...leaders, ...known, ...bdrs, ...csms];
}

/** The n-th of 400 names, each once, then with a number. */
function nameOf(n: number): string {
  const [given, family] = [givenNames[n % 20] as string, familyNames[(n + Math.floor(n / 20)) % 20] as string];
  return n < 400 ? `${given} ${family}` : `${given} ${family} ${Math.floor(n / 400) + 1}`;
}
