import type { Day } from '@waymark/kernel';
import { addDays, quarterStart } from './calendar.js';
import type { ArrMovement } from './dataset.js';
import { type Found, inside, share, type View } from './truth.js';

/** What the metrics of customers must say, customer by customer. */
export const customerTruths: Record<string, (view: View) => Found> = {
  nrr: (view) => {
    const cohort = opening(view);
    return share(
      'percent',
      cohort.reduce((sum, { closing }) => sum + closing, 0),
      cohort.reduce((sum, one) => sum + one.opening, 0),
    );
  },
  grr: (view) => {
    const cohort = opening(view);
    return share(
      'percent',
      cohort.reduce((sum, one) => sum + Math.min(one.opening, one.closing), 0),
      cohort.reduce((sum, one) => sum + one.opening, 0),
    );
  },
  retention_rate: (view) => {
    const due = view.data.renewals.filter(({ owner, due: day }) => view.has(owner) && inside(view, day));
    const decided = due.filter(({ outcome }) => outcome !== 'open');
    return share('percent', due.filter(({ outcome }) => outcome === 'renewed').length, decided.length, due.length === 0 ? 'no_data' : 'not_yet');
  },
  nps: (view) => {
    const last = new Map<string, { at: string; score: number; owner: string }>();
    for (const answer of view.data.answers)
      if (inside(view, answer.day) && answer.at > (last.get(answer.contact)?.at ?? '')) last.set(answer.contact, answer);
    const scores = [...last.values()].filter(({ owner }) => view.has(owner)).map(({ score }) => score);
    return share('points', scores.filter((score) => score >= 9).length - scores.filter((score) => score <= 6).length, scores.length, 'no_data');
  },
  qbr_completion: (view) => {
    const due = reviewsDue(view);
    return share('percent', due.filter((held) => held).length, due.length, 'no_data');
  },
};

/** The movements of each customer in their order. */
function histories({ data }: View): ArrMovement[][] {
  const byCompany = new Map<string, ArrMovement[]>();
  for (const move of data.movements) byCompany.set(move.company, [...(byCompany.get(move.company) ?? []), move]);
  return [...byCompany.values()].map((moves) => moves.sort((one, other) => (one.at < other.at ? -1 : 1)));
}

function revenueAt(moves: readonly ArrMovement[], endOf: Day): number {
  return moves.filter(({ day }) => day <= endOf).reduce((sum, { amount }) => sum + amount, 0);
}

/** Customers with revenue at the beginning, by who was in charge then, with what became of it. */
function opening(view: View): { opening: number; closing: number }[] {
  const eve = addDays(view.from, -1);
  return histories(view)
    .filter((moves) => view.has(moves.findLast(({ day }) => day <= eve)?.owner ?? ''))
    .map((moves) => ({ opening: revenueAt(moves, eve), closing: revenueAt(moves, view.to) }))
    .filter((one) => one.opening > 0);
}

/** One per customer and calendar quarter that ends in the window and in which it had revenue on 60 days or more; true when a review was held in it. */
function reviewsDue(view: View): boolean[] {
  const found: boolean[] = [];
  const held = view.data.activities
    .filter((one) => one.type === 'qbr')
    .flatMap(({ company, completed }) => (completed ? [{ company, completed }] : []));
  for (let first = quarterStart(view.from); first <= view.to && first <= view.data.options.today; first = quarterStart(first, 1)) {
    const last = addDays(quarterStart(first, 1), -1);
    if (last < view.from || last > view.to) continue;
    for (const moves of histories(view)) {
      let days = 0;
      for (let day = first; day <= last; day = addDays(day, 1)) if (revenueAt(moves, day) > 0) days += 1;
      if (days < 60 || !view.has(moves.findLast(({ day }) => day < last)?.owner ?? '')) continue;
      const [{ company }] = moves as [ArrMovement];
      found.push(held.some((review) => review.company === company && review.completed.day >= first && review.completed.day <= last));
    }
  }
  return found;
}
