import { defineWindowMeasure, isMember } from '../algebra/window-measure.js';

/** Revenue of the window, and the people who sold or completed an activity in it: each once, whatever they did (Q91). */
export const sellers = defineWindowMeasure({
  key: 'sellers',
  source: 'sales',
  other: { source: 'activities', where: { outcome: 'completed' } },
  parts: ['people', 'revenue', 'unrated'],
  sql: `done as (select id, owner_id, occurred_at as at, amount_minor, unrated from fact where occurred_at >= $6
      union all select id, owner_id, completed_at, 0, false from other where completed_at >= $6),
    counted as (select distinct m.scope, d.id, d.owner_id, d.amount_minor, d.unrated from done d join member m on m.owner_id = d.owner_id
      and (m.from_at is null or m.from_at <= d.at) and (m.to_at is null or m.to_at > d.at))`,
  columns: {
    people: 'count(distinct c.owner_id)',
    revenue: 'coalesce(sum(c.amount_minor), 0)',
    unrated: 'count(*) filter (where c.unrated)',
  },
  interpret: (facts, members, window, { other }) => {
    const inside = (owner: string, at: unknown) => (at as Date) >= window.from && isMember(members, owner, at as Date);
    const sales = facts.filter((sale) => inside(sale.owner_id, sale['occurred_at']));
    const done = other.filter((activity) => inside(activity.owner_id, activity['completed_at']));
    return {
      people: BigInt(new Set([...sales, ...done].map(({ owner_id }) => owner_id)).size),
      revenue: sales.reduce((sum, sale) => sum + (sale['amount_minor'] as bigint), 0n),
      unrated: BigInt(sales.filter((sale) => sale['unrated'] === true).length),
    };
  },
  receipt: {
    sql: `candidate as (select s.id::text as thing, s.amount_minor || ' ' || s.unrated as version, s.id as link, s.owner_id, s.occurred_at as at, null::uuid as company_id, null::text as word,
        null::text as reason, s.amount_minor as revenue, case when s.unrated then 'missing' else 'known' end as rate
      from fact s where s.occurred_at >= $6 and exists (select 1 from member m where m.owner_id = s.owner_id
        and (m.from_at is null or m.from_at <= s.occurred_at) and (m.to_at is null or m.to_at > s.occurred_at)))`,
    parts: { revenue: { sum: 'revenue' }, unrated: { is: { column: 'rate', word: 'missing' } } },
    interpret: (facts, members, window) =>
      facts.flatMap((sale) => {
        const at = sale['occurred_at'] as Date;
        if (at < window.from || !isMember(members, sale.owner_id, at)) return [];
        const columns = { revenue: sale['amount_minor'] as bigint, rate: sale['unrated'] === true ? 'missing' : 'known' };
        return [{ ownerId: sale.owner_id, at, reason: null, columns }];
      }),
  },
});
