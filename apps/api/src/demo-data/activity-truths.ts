import { type Found, inside, number, type View } from './truth.js';

const own = ({ data, has }: View) => data.activities.filter(({ owner }) => has(owner));

/** Completed calls of the window. */
export function calls(view: View): number {
  return own(view).filter(({ type, completed }) => type === 'call' && completed !== null && inside(view, completed.day)).length;
}

/** What the metrics of activities and tasks must say. */
export const activityTruths: Record<string, (view: View) => Found> = {
  calls_completed: (view) => number(calls(view)),
  calls_booked: (view) =>
    number(
      own(view).filter(({ type, scheduled, outcome }) => type === 'call' && outcome !== 'rescheduled' && inside(view, scheduled?.day ?? '')).length,
    ),
  calls_scheduled: (view) =>
    number(own(view).filter(({ type, scheduled, outcome }) => type === 'call' && outcome === '' && inside(view, scheduled?.day ?? '')).length),
  meetings_completed: (view) => number(own(view).filter(({ type, completed }) => type === 'meeting' && inside(view, completed?.day ?? '')).length),
  tasks_completed: (view) => number(view.data.tasks.filter(({ owner, done }) => view.has(owner) && inside(view, done?.day ?? '')).length),
};
