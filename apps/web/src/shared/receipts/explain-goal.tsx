import type { Goal } from '@waymark/contracts';
import { Explain } from './explain.js';

/** The receipt of a goal's value: of its owner over its period; of a closed period as the facts were known when the value was computed. */
export function ExplainGoal({ goal }: { goal: Goal }) {
  const { owner, period } = goal;
  const closed = period.state === 'completed' && goal.computedAt !== null;
  const asked = {
    metric: goal.metric,
    from: period.startsOn,
    to: period.endsOn,
    ...(owner.kind === 'user' ? { ownerId: owner.id } : { teamId: owner.id }),
    ...(closed && goal.computedAt && { asOf: goal.computedAt }),
  };
  return <Explain asked={asked} label={`${goal.name}, ${owner.name}`} shown={goal.value.display} />;
}
