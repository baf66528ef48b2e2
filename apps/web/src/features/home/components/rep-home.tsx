import { useQueries, useQuery } from '@tanstack/react-query';
import type { GateView, Goal, GoalPeriod, Restriction } from '@waymark/contracts';
import { queries } from '../../../shared/api/queries.js';
import { useMe } from '../../../shared/api/session.js';
import { useText } from '../../../shared/i18n/catalogue.js';
import { dayText, relativeDay, useClock } from '../../../shared/i18n/time.js';
import { ExplainGoal } from '../../../shared/receipts/explain-goal.js';
import { StatusChip } from '../../../shared/ui/chips.js';
import { GateBar } from '../../../shared/ui/gate-bar.js';
import { AppLink } from '../../../shared/ui/link.js';
import { Meter } from '../../../shared/ui/meter.js';
import { Card } from '../../../shared/ui/page.js';
import { EmptyState, Loaded, Skeleton } from '../../../shared/ui/states.js';
import { homeText } from './text.js';

const mostNext = 5;

/** A rep's Home: the goals with gates as bars, what to do next, the other goals. */
export function RepHome({ period }: { period: GoalPeriod }) {
  const t = useText(homeText);
  const me = useMe();
  const goals = useQuery(queries.goals({ periodId: period.id, ownerId: me.id }));
  const gates = useQuery(queries.gates({ periodId: period.id, userId: me.id }));
  return (
    <Loaded query={goals} lines={8}>
      {({ items }) =>
        items.length === 0 ? (
          <EmptyState title={t('noGoals')} text={t('noGoalsText', { period: period.name })} />
        ) : (
          <Loaded query={gates} lines={8}>
            {(found) => <Goals goals={items} gates={found.items} />}
          </Loaded>
        )
      }
    </Loaded>
  );
}

function Goals({ goals, gates }: { goals: Goal[]; gates: GateView[] }) {
  const gatesOf = (goal: Goal) => gates.filter(({ goalId }) => goalId === goal.id);
  return (
    <div className="wm-stack">
      {goals
        .filter((goal) => gatesOf(goal).length > 0)
        .map((goal) => (
          <Card key={goal.id} title={<AppLink to={`/goals/${goal.id}`}>{goal.name}</AppLink>} aside={<StatusChip goal={goal} />}>
            <GateBar goal={goal} gates={gatesOf(goal)} />
          </Card>
        ))}
      <div className="wm-columns">
        <NextSteps gates={gates} />
        <MyGoals goals={goals} />
      </div>
    </div>
  );
}

/** At most five things to do: ways out of what is in force, then gates ahead that do not hold yet. */
function NextSteps({ gates }: { gates: GateView[] }) {
  const t = useText(homeText);
  const clock = useClock();
  const me = useMe();
  const details = useQueries({ queries: me.restrictions.filter(({ state }) => state === 'in_force').map(({ id }) => queries.restriction(id)) });
  const ways = details.flatMap(({ data }) => (data ? data.ways.map((way) => ({ way, restriction: data })) : []));
  const ahead = gates.filter((gate) => gate.state === 'pending' && gate.live?.holds === false);
  const left = Math.max(0, mostNext - ways.length);
  return (
    <Card title={t('next')}>
      {details.some(({ isPending }) => isPending) ? (
        <Skeleton lines={4} />
      ) : ways.length + ahead.length === 0 ? (
        <p>{t('nextNone')}</p>
      ) : (
        <ol className="wm-list">
          {ways.slice(0, mostNext).map(({ way, restriction }) => (
            <li key={way.itemId ?? way.text}>
              <WayText way={way} restriction={restriction} />
            </li>
          ))}
          {ahead.slice(0, left).map((gate) => (
            <li key={gate.id}>
              <AppLink to={`/gates/${gate.id}`}>{t('nextGate', { gate: gate.name, text: gate.live?.text })}</AppLink>{' '}
              <span className="wm-muted">{t('nextBy', { day: dayText(gate.deadlineOn), relative: relativeDay(gate.deadlineOn, clock.today) })}</span>
            </li>
          ))}
        </ol>
      )}
    </Card>
  );
}

function WayText({ way, restriction }: { way: Restriction['ways'][number]; restriction: Restriction }) {
  const t = useText(homeText);
  return (
    <>
      <AppLink to={way.itemId ? `/deals/${way.itemId}` : `/restrictions/${restriction.id}`}>{way.text}</AppLink>{' '}
      <span className="wm-muted">
        {[way.adds ? t('adds', { amount: way.adds.display }) : '', way.enough ? t('enough') : ''].filter(Boolean).join(' · ')}
      </span>
    </>
  );
}

function MyGoals({ goals }: { goals: Goal[] }) {
  const t = useText(homeText);
  return (
    <Card title={t('myGoals')} aside={<AppLink to="/goals">{t('allGoals')}</AppLink>}>
      <ul className="wm-plain-list">
        {goals.map((goal) => (
          <li key={goal.id} className="wm-goal-line">
            <AppLink to={`/goals/${goal.id}`}>{goal.name}</AppLink>
            <span className="wm-figure">
              <ExplainGoal goal={goal} />
              <StatusChip goal={goal} />
            </span>
            <div className="wm-goal-meter">
              <Meter goal={goal} compact />
            </div>
          </li>
        ))}
      </ul>
    </Card>
  );
}
