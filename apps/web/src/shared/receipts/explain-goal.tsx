import type { Goal } from '@waymark/contracts';
import { Explain } from './explain.js';

interface ExplainGoalProps {
  goal: Goal;
  /** Of another value than the present one: what was recorded at an instant, or what became known since the period was locked. */
  recorded?: { shown: string; at: string | null; label: string };
}

/** The receipt of a goal's value: of its owner over its period; of a closed period as the facts were known when the value was computed. */
export function ExplainGoal({ goal, recorded }: ExplainGoalProps) {
  const { owner, period } = goal;
  const closed = period.state === 'completed' && goal.computedAt !== null;
  const at = recorded ? recorded.at : closed ? goal.computedAt : null;
  const asked = {
    metric: goal.metric,
    from: period.startsOn,
    to: period.endsOn,
    ...(owner.kind === 'user' ? { ownerId: owner.id } : { teamId: owner.id }),
    ...(at !== null && { asOf: at }),
  };
  const label = [goal.name, owner.name, recorded?.label].filter(Boolean).join(', ');
  return <Explain asked={asked} label={label} shown={recorded?.shown ?? goal.value.display} />;
}
