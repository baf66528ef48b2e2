import { useQuery } from '@tanstack/react-query';
import { queries } from '../../../shared/api/queries.js';
import { GateBar } from '../../../shared/ui/gate-bar.js';
import { Loaded, Skeleton } from '../../../shared/ui/states.js';

/** The bar of a goal that a page knows by its id alone. */
export function GoalBar({ goalId }: { goalId: string }) {
  const goal = useQuery(queries.goal(goalId));
  const gates = useQuery(queries.gates({ goalId }));
  return (
    <Loaded query={goal} lines={5}>
      {(data) => (gates.data ? <GateBar goal={data} gates={gates.data.items} /> : <Skeleton lines={5} />)}
    </Loaded>
  );
}
