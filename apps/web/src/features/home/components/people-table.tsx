import { useQuery } from '@tanstack/react-query';
import type { GateView, Goal, GoalPeriod, RestrictionListItem } from '@waymark/contracts';
import { queries } from '../../../shared/api/queries.js';
import { useText } from '../../../shared/i18n/catalogue.js';
import { shortDayText } from '../../../shared/i18n/time.js';
import { RestrictionChip, StatusChip } from '../../../shared/ui/chips.js';
import { AppLink } from '../../../shared/ui/link.js';
import { DataTable } from '../../../shared/ui/table.js';
import { EmptyState, Loaded, Skeleton } from '../../../shared/ui/states.js';
import { SortAgain, useSteadyOrder } from '../../../shared/ui/steady-order.js';
import { homeText } from './text.js';

interface Person {
  id: string;
  name: string;
  goals: Goal[];
  gates: GateView[];
  restrictions: RestrictionListItem[];
}

const weights: Record<string, number> = { account_lock: 1000, commission_hold: 600, action_block: 400, warning: 100 };
const worries: Record<string, number> = { behind: 20, at_risk: 10 };

/** How much help a person seems to need, for the order of the rows alone: restrictions weigh most, then goals off pace, then a gate that does not hold. */
function need(person: Person): number {
  const restrictions = person.restrictions.reduce((sum, { kind, state }) => sum + (weights[kind] ?? 0) / (state === 'proposed' ? 2 : 1), 0);
  const goals = person.goals.reduce((sum, { status }) => sum + (worries[status ?? ''] ?? 0), 0);
  return restrictions + goals + (nextGate(person)?.live?.holds === false ? 5 : 0);
}

function nextGate(person: Person): GateView | undefined {
  return person.gates
    .filter(({ state }) => state === 'pending' || state === 'open')
    .sort((one, other) => (one.deadlineAt < other.deadlineAt ? -1 : 1))[0];
}

/** People with goals in the period, who needs help first. */
export function PeopleTable({ period }: { period: GoalPeriod }) {
  const t = useText(homeText);
  const goals = useQuery(queries.goals({ periodId: period.id }));
  const gates = useQuery(queries.gates({ periodId: period.id }));
  const restrictions = useQuery(queries.restrictions({}));
  return (
    <Loaded query={goals} lines={8}>
      {({ items }) => {
        if (!gates.data || !restrictions.data) return <Skeleton lines={8} />;
        const people = peopleOf(items, gates.data.items, restrictions.data.items);
        if (people.length === 0) return <EmptyState title={t('noPeople')} text={t('noPeopleText')} />;
        return <People sorted={people} about={period.id} />;
      }}
    </Loaded>
  );
}

function People({ sorted, about }: { sorted: Person[]; about: string }) {
  const t = useText(homeText);
  const { rows, again } = useSteadyOrder(sorted, ({ id }) => id, about);
  return (
    <>
      <div className="wm-beside">
        <p className="wm-muted">{t('peopleLead')}</p>
        <SortAgain again={again} />
      </div>
      <DataTable
        caption={t('peopleLead')}
        rows={rows}
        rowKey={(person) => person.id}
        columns={[
          { key: 'person', label: t('person'), cell: (person) => <PersonLink person={person} /> },
          { key: 'goals', label: t('goals'), cell: (person) => <Goals goals={person.goals} /> },
          { key: 'next', label: t('nextGateHead'), cell: (person) => <NextGate gate={nextGate(person)} /> },
          { key: 'restrictions', label: t('restrictions'), cell: (person) => <InForce restrictions={person.restrictions} /> },
        ]}
      />
    </>
  );
}

function peopleOf(goals: Goal[], gates: GateView[], restrictions: RestrictionListItem[]): Person[] {
  const people = new Map<string, Person>();
  const person = (id: string, name: string) => people.get(id) ?? people.set(id, { id, name, goals: [], gates: [], restrictions: [] }).get(id)!;
  for (const goal of goals) if (goal.owner.kind === 'user') person(goal.owner.id, goal.owner.name).goals.push(goal);
  for (const gate of gates) people.get(gate.user.id)?.gates.push(gate);
  for (const restriction of restrictions) person(restriction.user.id, restriction.user.name).restrictions.push(restriction);
  return [...people.values()].sort((one, other) => need(other) - need(one) || one.name.localeCompare(other.name));
}

function PersonLink({ person }: { person: Person }) {
  const [goal] = person.goals;
  return goal ? <AppLink to={`/goals/${goal.id}`}>{person.name}</AppLink> : person.name;
}

function Goals({ goals }: { goals: Goal[] }) {
  return (
    <span className="wm-chips">
      {goals.map((goal) => (
        <AppLink key={goal.id} to={`/goals/${goal.id}`} className="wm-link wm-plain">
          <span className="wm-hidden">{goal.name}: </span>
          <StatusChip goal={goal} />
        </AppLink>
      ))}
    </span>
  );
}

function NextGate({ gate }: { gate: GateView | undefined }) {
  const t = useText(homeText);
  if (!gate) return <span className="wm-muted">{t('nextNoneShort')}</span>;
  const values = { gate: gate.name, day: shortDayText(gate.deadlineOn), text: gate.live?.text };
  return <AppLink to={`/gates/${gate.id}`}>{gate.live?.holds ? t('nextHolds', values) : t('nextMiss', values)}</AppLink>;
}

function InForce({ restrictions }: { restrictions: RestrictionListItem[] }) {
  const t = useText(homeText);
  if (restrictions.length === 0) return <span className="wm-muted">{t('free')}</span>;
  return (
    <span className="wm-chips">
      {restrictions.map((restriction) => (
        <AppLink key={restriction.id} to={`/restrictions/${restriction.id}`} className="wm-link">
          <RestrictionChip restriction={restriction} />
        </AppLink>
      ))}
    </span>
  );
}
