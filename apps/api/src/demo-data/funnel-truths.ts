import type { Day } from '@waymark/kernel';
import { calls } from './activity-truths.js';
import type { Item } from './dataset.js';
import { amount, type Found, inside, number, share, type View } from './truth.js';

/** What the funnel's metrics must say, by plain counting of leads, contacts, lists and sales. */
export const funnelTruths: Record<string, (view: View) => Found> = {
  leads_created: (view) => number(leads(view).filter((lead) => inside(view, (lead.events[0] as { day: Day }).day)).length),
  deals_created: (view) => number(leads(view).filter((lead) => firstOf(lead, 'PROPOSAL_SENT', 'AGREEMENT_SIGNED', view)).length),
  agreements: (view) => number(agreements(view)),
  lists_out: (view) => number(listsOut(view).length),
  average_list_size: (view) => share('count', sum(listsOut(view).map(({ size }) => size)), listsOut(view).length),
  sales_from_lists: (view) => number(contactsSold(view).length),
  revenue: (view) => amount(revenue(view)),
  win_rate: (view) => {
    const [won, lost] = [ends(view, 'SOLD').length, ends(view, 'lost', 'LIST_OUT_NOT_SOLD').length];
    return share('percent', won, won + lost);
  },
  call_to_proposal: (view) => {
    const cohort = leads(view).filter((lead) => inside(view, firstCall(view, lead) ?? ''));
    return share('percent', cohort.filter((lead) => comesTo(lead, 'PROPOSAL_SENT', 'AGREEMENT_SIGNED', 'PARTNER_LIST_SENT')).length, cohort.length);
  },
  proposal_to_agreement: (view) => {
    const cohort = leads(view).filter((lead) => firstOf(lead, 'PROPOSAL_SENT', 'PROPOSAL_SENT', view));
    return share('percent', cohort.filter((lead) => comesTo(lead, 'AGREEMENT_SIGNED', 'PARTNER_LIST_SENT')).length, cohort.length);
  },
  list_to_first_sale: (view) => {
    const sold = new Set(view.data.contacts.filter((contact) => comesTo(contact, 'SOLD')).map(({ list }) => list));
    return share('percent', listsOut(view).filter(({ id }) => sold.has(id)).length, listsOut(view).length);
  },
  performance_index: (view) => {
    const parts = [calls(view), agreements(view), listsOut(view).length, salesCount(view)] as const;
    return number(parts[0] + 3 * parts[1] + 2 * parts[2] + 5 * parts[3], `${parts[0]} calls + 3 x ${parts[1]} + 2 x ${parts[2]} + 5 x ${parts[3]}`);
  },
  revenue_per_call: (view) => share('money', revenue(view), calls(view)),
  revenue_per_list: (view) => share('money', revenue(view), listsOut(view).length),
  revenue_per_person: (view) => share('money', revenue(view), workers(view).size),
  outstanding_proposals: (view) => number(leads(view).filter((lead) => stageAt(lead, view.to) === 'PROPOSAL_SENT').length),
  open_qualified_pipeline_value: (view) =>
    amount(
      sum(
        leads(view)
          .filter((lead) => ['PROPOSAL_SENT', 'AGREEMENT_SIGNED'].includes(stageAt(lead, view.to) ?? ''))
          .map(({ value }) => value),
      ),
    ),
  overdue_partner_lists: (view) => number(overdue(view)),
};

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);
const leads = ({ data, has }: View) => data.leads.filter(({ owner }) => has(owner));
const comesTo = ({ events }: Item, ...stages: string[]) => events.some(({ stage }) => stages.includes(stage));
/** The stage at the end of the day; undefined before the first. */
const stageAt = ({ events }: Item, day: Day) => events.findLast((event) => event.day <= day)?.stage;

/** Whether the item came to one of two stages for the first time inside the window. */
function firstOf({ events }: Item, one: string, other: string, view: View): boolean {
  const first = events.find(({ stage }) => stage === one || stage === other);
  return first !== undefined && inside(view, first.day);
}

function agreements(view: View): number {
  return leads(view).filter((lead) => firstOf(lead, 'AGREEMENT_SIGNED', 'AGREEMENT_SIGNED', view)).length;
}

function listsOut(view: View) {
  return view.data.lists.filter(({ owner, versions }) => view.has(owner) && inside(view, versions.find(({ sent }) => sent !== null)?.sent ?? ''));
}

/** Waiting at the end of the window, and due before its last day. */
function overdue({ data, has, to }: View): number {
  return data.lists.filter(({ owner, opened, versions }) => {
    const last = versions.at(-1);
    const ended = [last?.sent, last?.closed].some((day) => day && day <= to);
    return has(owner) && opened <= to && !ended && last?.due && last.due < to;
  }).length;
}

/** Entries into the stages by leads and contacts. */
function ends(view: View, ...stages: string[]) {
  return [...view.data.leads, ...view.data.contacts].flatMap(({ owner, events }) =>
    view.has(owner) ? events.filter(({ stage, day }) => stages.includes(stage) && inside(view, day)) : [],
  );
}

function contactsSold(view: View) {
  return view.data.contacts.filter(({ owner, events }) => view.has(owner) && events.some(({ stage, day }) => stage === 'SOLD' && inside(view, day)));
}

/** Each person's part of each sale that is dated inside the window. */
function credits(view: View): [person: string, cents: number][] {
  const own = view.data.sales.filter(({ day }) => inside(view, day));
  const parts = own.flatMap(({ owner, amount: whole, shares }) =>
    shares.length === 0 ? [[owner, whole] as const] : shares.map(([who, percent]) => [who, (whole * percent) / 100] as const),
  );
  return [
    ...parts.filter(([person]) => view.has(person)).map(([person, cents]): [string, number] => [person, cents]),
    ...contactsSold(view).map(({ owner, value }): [string, number] => [owner, value]),
  ];
}

function revenue(view: View): number {
  return sum(credits(view).map(([, cents]) => cents));
}

/** Sales by number: what was paid back is none, a shared one counts with the first of those who share it. */
function salesCount(view: View): number {
  const own = view.data.sales.filter(({ owner, shares, amount: whole, day }) => whole >= 0 && inside(view, day) && view.has(shares[0]?.[0] ?? owner));
  return own.length + contactsSold(view).length;
}

/** Those who sold or completed something. */
function workers(view: View): Set<string> {
  const busy = view.data.activities
    .filter(({ owner, completed }) => view.has(owner) && completed !== null && inside(view, completed.day))
    .map(({ owner }) => owner);
  return new Set([...busy, ...credits(view).map(([person]) => person)]);
}

const firstCalls = new WeakMap<object, Map<string, Day>>();

/** The day of the first completed call with the item. */
function firstCall({ data }: View, { id }: Item): Day | undefined {
  let days = firstCalls.get(data);
  if (!days) {
    firstCalls.set(data, (days = new Map()));
    for (const { type, item, completed } of data.activities)
      if (type === 'call' && completed !== null && completed.day < (days.get(item) ?? '9999')) days.set(item, completed.day);
  }
  return days.get(id);
}
