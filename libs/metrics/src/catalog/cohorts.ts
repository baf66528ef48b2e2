import type { Fact } from '../algebra/interpret.js';
import { defineWindowMeasure, isMember, type Member, type WindowReceipt } from '../algebra/window-measure.js';
import type { Window } from '@waymark/kernel';

/** Cohorts (Q83): what began in the window, followed up to now, and what got there in the window whenever it began. */
const parts = ['began', 'converted', 'maturing', 'arrived'] as const;
const columns = {
  began: "count(*) filter (where c.role = 'began')",
  converted: "count(*) filter (where c.role = 'began' and c.converted)",
  maturing: "count(*) filter (where c.role = 'began' and not c.converted and not c.over)",
  arrived: "count(*) filter (where c.role = 'arrived')",
};
type CohortPart = (typeof parts)[number];

/** Each thing once per scope, of those whose owner belonged to it when it began or arrived. */
const counted = `counted as (select distinct m.scope, e.thing, e.role, e.converted, e.over from entry e join member m on m.owner_id = e.owner_id
      and (m.from_at is null or m.from_at <= e.at) and (m.to_at is null or m.to_at > e.at) where e.at >= $6 and e.at < $7)`;

interface Entry {
  role: 'began' | 'arrived';
  ownerId: string;
  at: Date;
  converted: boolean;
  over: boolean;
}

function countedOf(entries: readonly Entry[], members: readonly Member[], window: Window): Record<CohortPart, bigint> {
  const own = entries.filter(({ ownerId, at }) => at >= window.from && at < window.to && isMember(members, ownerId, at));
  const began = own.filter(({ role }) => role === 'began');
  const number = (list: readonly unknown[]) => BigInt(list.length);
  return {
    began: number(began),
    converted: number(began.filter(({ converted }) => converted)),
    maturing: number(began.filter(({ converted, over }) => !converted && !over)),
    arrived: number(own) - number(began),
  };
}

/** Candidates: what began and what arrived in the window, of those whose owner belonged to the scope then. What became of it is its word. */
function cohortReceipt(entriesOf: (facts: readonly Fact[], other: readonly Fact[]) => Entry[], ofItems: boolean): WindowReceipt<CohortPart> {
  return {
    ofItems,
    sql: `candidate as (select e.role || ' ' || e.thing as thing, e.converted || ' ' || e.over as version, e.thing as link, e.owner_id, e.at, null::uuid as company_id, null::text as word,
        null::text as reason, e.role, case when e.role = 'arrived' then 'arrived' when e.converted then 'converted' when e.over then 'over' else 'maturing' end as fate
      from entry e where e.at >= $6 and e.at < $7 and exists (select 1 from member m where m.owner_id = e.owner_id
        and (m.from_at is null or m.from_at <= e.at) and (m.to_at is null or m.to_at > e.at)))`,
    parts: {
      began: { is: { column: 'role', word: 'began' } },
      converted: { is: { column: 'fate', word: 'converted' } },
      maturing: { is: { column: 'fate', word: 'maturing' } },
      arrived: { is: { column: 'role', word: 'arrived' } },
    },
    interpret: (facts, members, window, { other }) =>
      entriesOf(facts, other)
        .filter(({ ownerId, at }) => at >= window.from && at < window.to && isMember(members, ownerId, at))
        .map(({ role, ownerId, at, converted, over }) => {
          const fate = role === 'arrived' ? 'arrived' : converted ? 'converted' : over ? 'over' : 'maturing';
          return { ownerId, at, reason: null, columns: { role, fate } };
        }),
  };
}

/** Leads by their first proposal, and whether they agreed later: stood in an agreement or list stage, or were won. One that was lost will not. */
export const proposalCohort = defineWindowMeasure({
  key: 'proposal_cohort',
  source: 'pipeline_events',
  byNow: true,
  parts,
  sql: `began as (select distinct on (item_id) item_id, owner_id, occurred_at, sequence, partner from fact where step = 'proposal' and not undated
        order by item_id, occurred_at, sequence),
    arrived as (select distinct on (item_id) item_id, owner_id, occurred_at, partner from fact
        where step in ('agreement', 'list') and not undated order by item_id, occurred_at, sequence),
    last as (select distinct on (item_id) item_id, kind from fact order by item_id, occurred_at desc, sequence desc),
    entry as (select b.item_id as thing, 'began' as role, b.owner_id, b.occurred_at as at, l.kind = 'lost' as over,
          exists (select 1 from fact f where f.item_id = b.item_id and (f.step in ('agreement', 'list') or f.kind = 'won')
            and (f.occurred_at, f.sequence) > (b.occurred_at, b.sequence)) as converted
        from began b join last l on l.item_id = b.item_id where not b.partner
      union all select item_id, 'arrived', owner_id, occurred_at, false, false from arrived where not partner),
    ${counted}`,
  columns,
  interpret: (facts, members, window) => countedOf(proposals(facts), members, window),
  receipt: cohortReceipt(proposals, true),
});

function proposals(facts: readonly Fact[]): Entry[] {
  return [...byItem(facts).values()].flatMap((events) => {
    const first = events.find((event) => event['step'] === 'proposal' && event['undated'] === false);
    const after = first === undefined ? [] : events.slice(events.indexOf(first) + 1);
    const agreement = events.find((event) => stands(event, 'agreement', 'list') && event['undated'] === false);
    const lost = events.at(-1)?.['kind'] === 'lost';
    return [...entryOf('began', ofLead(first), after.some(agreed), lost), ...entryOf('arrived', ofLead(agreement))];
  });
}

/** Leads by their first completed call (Q80), and whether they came to a proposal or further by now. */
export const callCohort = defineWindowMeasure({
  key: 'call_cohort',
  source: 'activities',
  other: { source: 'pipeline_events', where: {} },
  byNow: true,
  parts,
  sql: `began as (select distinct on (item_id) item_id, owner_id, completed_at from fact where type = 'call' and outcome = 'completed' and item_id is not null
        order by item_id, completed_at, id),
    arrived as (select distinct on (item_id) item_id, owner_id, occurred_at from other
        where step in ('proposal', 'agreement', 'list') and not undated order by item_id, occurred_at, sequence),
    item as (select item_id, bool_or(partner) as partner, bool_or(coalesce(step in ('proposal', 'agreement', 'list'), false) or kind = 'won') as converted,
        (array_agg(kind order by occurred_at desc, sequence desc))[1] = 'lost' as over from other group by item_id),
    entry as (select b.item_id as thing, 'began' as role, b.owner_id, b.completed_at as at, i.over, i.converted
        from began b join item i on i.item_id = b.item_id where not i.partner
      union all select a.item_id, 'arrived', a.owner_id, a.occurred_at, false, false from arrived a join item i on i.item_id = a.item_id where not i.partner),
    ${counted}`,
  columns,
  interpret: (facts, members, window, { other }) => countedOf(calls(facts, other), members, window),
  receipt: cohortReceipt(calls, true),
});

function calls(facts: readonly Fact[], other: readonly Fact[]): Entry[] {
  const held = facts.filter((fact) => fact['type'] === 'call' && fact['outcome'] === 'completed' && fact['item_id'] !== null);
  const order = (a: Fact, b: Fact) => gap(a, b, 'completed_at') || (String(a['id']) < String(b['id']) ? -1 : 1);
  return [...byItem(other)].flatMap(([item, events]) => {
    if (events.some((event) => event['partner'] === true)) return [];
    const call = held.filter((fact) => fact['item_id'] === item).sort(order)[0];
    return [
      ...entryOf('began', call, events.some(proposed), events.at(-1)?.['kind'] === 'lost', 'completed_at'),
      ...entryOf(
        'arrived',
        events.find((event) => stands(event, 'proposal', 'agreement', 'list') && event['undated'] === false),
      ),
    ];
  });
}

/** Partner lists by their first send, and whether a sale names them by now; one that was closed will sell no more. */
export const listCohort = defineWindowMeasure({
  key: 'list_cohort',
  source: 'partner_list_versions',
  other: { source: 'sales', where: {} },
  byNow: true,
  parts,
  sql: `sold as (select distinct on (list_id) list_id, owner_id, occurred_at from other where list_id is not null and position = 1 and amount_minor >= 0
        order by list_id, occurred_at, id),
    entry as (select f.list_id as thing, 'began' as role, f.owner_id, f.sent_at as at, f.closed_at is not null as over, s.list_id is not null as converted
        from fact f left join sold s on s.list_id = f.list_id where f.sent_at is not null
      union all select list_id, 'arrived', owner_id, occurred_at, false, false from sold),
    ${counted}`,
  columns,
  interpret: (facts, members, window, { other }) => countedOf(lists(facts, other), members, window),
  receipt: cohortReceipt(lists, false),
});

function lists(facts: readonly Fact[], other: readonly Fact[]): Entry[] {
  const order = (a: Fact, b: Fact) => gap(a, b, 'occurred_at') || (String(a['id']) < String(b['id']) ? -1 : 1);
  const sales = other.filter((sale) => sale['list_id'] !== null && sale['position'] === 1n && (sale['amount_minor'] as bigint) >= 0n).sort(order);
  const first = new Map<unknown, Fact>();
  for (const sale of sales) if (!first.has(sale['list_id'])) first.set(sale['list_id'], sale);
  const sent = facts.filter((list) => list['sent_at'] instanceof Date);
  const began = sent.flatMap((list) => entryOf('began', list, first.has(list['list_id']), list['closed_at'] !== null, 'sent_at'));
  return [...began, ...[...first.values()].flatMap((sale) => entryOf('arrived', sale))];
}

function entryOf(role: Entry['role'], fact: Fact | undefined, converted = false, over = false, column = 'occurred_at'): Entry[] {
  return fact === undefined ? [] : [{ role, ownerId: fact.owner_id, at: fact[column] as Date, converted, over }];
}

/** The event of a lead; a contact of a partner list has none (Q82). */
function ofLead(event: Fact | undefined): Fact | undefined {
  return event?.['partner'] === false ? event : undefined;
}

function stands(event: Fact, ...steps: string[]): boolean {
  return steps.includes(event['step'] as string);
}

function agreed(event: Fact): boolean {
  return stands(event, 'agreement', 'list') || event['kind'] === 'won';
}

function proposed(event: Fact): boolean {
  return stands(event, 'proposal') || agreed(event);
}

/** The events of each item in their order. */
function byItem(events: readonly Fact[]): Map<unknown, Fact[]> {
  const items = new Map<unknown, Fact[]>();
  for (const event of [...events].sort((a, b) => gap(a, b, 'occurred_at') || Number((a['sequence'] as bigint) - (b['sequence'] as bigint))))
    items.set(event['item_id'], [...(items.get(event['item_id']) ?? []), event]);
  return items;
}

function gap(a: Fact, b: Fact, column: string): number {
  return (a[column] as Date).getTime() - (b[column] as Date).getTime();
}
