import type { Quarter } from '../algebra/due-quarters.js';
import type { Fact } from '../algebra/interpret.js';
import { defineWindowMeasure, isMember } from '../algebra/window-measure.js';

/** A customer owes a review of a quarter in which it was active on at least this many days (Q30). */
const activeDays = 60;

/**
 * The due list of reviews: one per customer and fiscal quarter (Q30). A customer is active on a day at whose end its recurring revenue is above 0: the
 * day on which it came counts, the day on which it left does not. After the last movement that is known nothing changes, so a running quarter takes
 * today's customers as they are to its end. A review belongs to the owner of the customer at the beginning of the day on which it is due; it is held
 * when there is a completed one with the customer inside the quarter, whoever held it.
 */
export const reviewsDue = defineWindowMeasure({
  key: 'reviews_due',
  source: 'arr_movements',
  other: { source: 'activities', where: { type: 'qbr', outcome: 'completed' } },
  byQuarter: true,
  parts: ['due', 'held'],
  sql: `moved as (select f.company_id, width_bucket(f.occurred_at, d.starts) as day_no, sum(f.amount_minor) over later as arr,
        width_bucket(lead(f.occurred_at) over later, d.starts) as next_no
      from fact f cross join on_days d window later as (partition by f.company_id order by f.occurred_at, f.id)),
    active as (select m.company_id, q.from_at, q.due_at, q.to_at from moved m join quarter q on m.day_no < q.end_no and (m.next_no is null or m.next_no > q.first_no)
      where m.arr > 0 group by m.company_id, q.from_at, q.due_at, q.to_at
      having sum(least(m.next_no, q.end_no) - greatest(m.day_no, q.first_no)) >= ${activeDays}),
    due as (select a.company_id, a.from_at, a.due_at, a.to_at, (array_agg(f.owner_id order by f.occurred_at desc, f.id desc))[1] as owner_id
      from active a join fact f on f.company_id = a.company_id and f.occurred_at < a.due_at group by a.company_id, a.from_at, a.due_at, a.to_at),
    held as (select distinct d.company_id, d.due_at from due d join other o on o.company_id = d.company_id and o.completed_at >= d.from_at and o.completed_at < d.to_at),
    counted as (select distinct m.scope, d.company_id, d.due_at, h.company_id is not null as held from due d
      left join held h on h.company_id = d.company_id and h.due_at = d.due_at
      join member m on m.owner_id = d.owner_id and (m.from_at is null or m.from_at <= d.due_at) and (m.to_at is null or m.to_at > d.due_at))`,
  columns: { due: 'count(c.company_id)', held: 'count(*) filter (where c.held)' },
  interpret: (facts, members, _window, { other, due }) => {
    const total = { due: 0n, held: 0n };
    for (const company of new Set(facts.map((fact) => fact['company_id']))) {
      const own = facts.filter((fact) => fact['company_id'] === company).sort(inOrder);
      for (const quarter of due.quarters) {
        const owner = own.findLast((fact) => (fact['occurred_at'] as Date) < quarter.due)?.owner_id;
        if (daysActive(own, quarter, due.days) < activeDays || owner === undefined || !isMember(members, owner, quarter.due)) continue;
        total.due += 1n;
        if (other.some((review) => review['company_id'] === company && isIn(quarter, review['completed_at'] as Date))) total.held += 1n;
      }
    }
    return total;
  },
  receipt: {
    sql: `stay as (select m.company_id, q.from_at, q.due_at, q.to_at, sum(least(m.next_no, q.end_no) - greatest(m.day_no, q.first_no)) as days
      from moved m join quarter q on m.day_no < q.end_no and (m.next_no is null or m.next_no > q.first_no) where m.arr > 0 group by m.company_id, q.from_at, q.due_at, q.to_at),
    owned as (select s.company_id, s.from_at, s.due_at, s.to_at, s.days, (array_agg(f.owner_id order by f.occurred_at desc, f.id desc))[1] as owner_id
      from stay s join fact f on f.company_id = s.company_id and f.occurred_at < s.due_at where s.days > 0 group by s.company_id, s.from_at, s.due_at, s.to_at, s.days),
    told as (select o.*, exists (select 1 from other r where r.company_id = o.company_id and r.completed_at >= o.from_at and r.completed_at < o.to_at) as was_held from owned o),
    candidate as (select t.company_id || ' ' || extract(epoch from t.due_at) as thing, t.days || ' ' || t.was_held as version, t.company_id as link, t.owner_id, t.due_at as at,
        t.company_id, null::text as word, case when t.days < ${activeDays} then 'few_days' end as reason, case when t.was_held then 'held' else 'missing' end as state
      from told t where exists (select 1 from member m where m.owner_id = t.owner_id and (m.from_at is null or m.from_at <= t.due_at) and (m.to_at is null or m.to_at > t.due_at)))`,
    parts: { due: {}, held: { is: { column: 'state', word: 'held' } } },
    interpret: (facts, members, _window, { other, due }) =>
      [...new Set(facts.map((fact) => fact['company_id']))].flatMap((company) => {
        const own = facts.filter((fact) => fact['company_id'] === company).sort(inOrder);
        return due.quarters.flatMap((quarter) => {
          const days = daysActive(own, quarter, due.days);
          const ownerId = own.findLast((fact) => (fact['occurred_at'] as Date) < quarter.due)?.owner_id;
          if (days === 0 || ownerId === undefined || !isMember(members, ownerId, quarter.due)) return [];
          const held = other.some((review) => review['company_id'] === company && isIn(quarter, review['completed_at'] as Date));
          return [{ ownerId, at: quarter.due, reason: days < activeDays ? 'few_days' : null, columns: { state: held ? 'held' : 'missing' } }];
        });
      }),
  },
});

/** Day by day: the revenue at the end of each day of the quarter. */
function daysActive(own: readonly Fact[], quarter: Quarter, days: readonly Date[]): number {
  let active = 0;
  for (let no = quarter.first; no < quarter.end; no += 1) {
    const end = no + 1 < quarter.end ? (days[no] as Date) : quarter.to;
    const revenue = own.reduce((sum, fact) => ((fact['occurred_at'] as Date) < end ? sum + (fact['amount_minor'] as bigint) : sum), 0n);
    if (revenue > 0n) active += 1;
  }
  return active;
}

function isIn(quarter: Quarter, at: Date): boolean {
  return at >= quarter.from && at < quarter.to;
}

function inOrder(a: Fact, b: Fact): number {
  const gap = (a['occurred_at'] as Date).getTime() - (b['occurred_at'] as Date).getTime();
  return gap !== 0 ? gap : (a['id'] as string) < (b['id'] as string) ? -1 : 1;
}
