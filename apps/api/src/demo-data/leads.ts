import type { Day } from '@waymark/kernel';
import { addDays, type DemoCalendar } from './calendar.js';
import type { Company, DatasetOptions, Item, PartnerListRow, Person, StageEvent } from './dataset.js';
import { planted } from './people.js';
import { knownLeads } from './known-leads.js';
import type { Random } from './random.js';
import { categories, companyHeads, companyTails } from './words.js';

/** Leads with their partner lists and the contacts on them. */
export interface Funnel {
  leads: Item[];
  contacts: Item[];
  lists: PartnerListRow[];
}

/** How far a lead came, and what is the matter with it now. */
type Fate =
  'sent' | 'overdue' | 'due_ahead' | 'no_due' | 'proposal' | 'taken_back' | 'proposal_lost' | 'called' | 'call_lost' | 'call_ahead' | 'fresh';

const leadsAtFactorOne = 150;
const daysBack = 90;
/** Those whose list did not go out take turns. */
const openFates: readonly Fate[] = [
  'overdue',
  'call_ahead',
  'proposal',
  'proposal_lost',
  'due_ahead',
  'fresh',
  'call_lost',
  'proposal',
  'no_due',
  'call_ahead',
  'taken_back',
  'called',
];
/** Stages that a fate comes to, with the working days that each takes at most after the one before. */
const steps: Record<Fate, readonly [stage: string, mostDays: number][]> = (() => {
  const booked: [string, number][] = [['CALL_BOOKED', 1]];
  const called: [string, number][] = [...booked, ['CALL_CONDUCTED', 4]];
  const proposed: [string, number][] = [...called, ['PROPOSAL_SENT', 3]];
  const agreed: [string, number][] = [...proposed, ['AGREEMENT_SIGNED', 4]];
  return {
    sent: [...agreed, ['PARTNER_LIST_SENT', 5]],
    overdue: agreed,
    due_ahead: agreed,
    no_due: agreed,
    proposal: proposed,
    taken_back: [...agreed, ['PROPOSAL_SENT', 3], ['lost', 3]],
    proposal_lost: [...proposed, ['lost', 5]],
    called,
    call_lost: [...called, ['lost', 3]],
    call_ahead: booked,
    fresh: [],
  };
})();

/** Makes the leads of all but the planted person, whose eight are always the same. */
export function makeFunnel(
  random: Random,
  calendar: DemoCalendar,
  people: readonly Person[],
  prospects: readonly Company[],
  options: DatasetOptions,
): Funnel {
  const funnel = knownLeads(calendar, prospects);
  const owners = people.filter(({ work, id }) => work === 'bdr' && id !== planted.bdr);
  const known = funnel.leads.length;
  const wanted = Math.max(known, Math.round(leadsAtFactorOne * options.factor));
  const fates = fatesOf(random.part('fates'), wanted, known, funnel.lists.filter(isOut).length, options);
  fates.forEach((fate, index) => {
    const company = prospects[known + index] as Company;
    const owner = owners[index % owners.length] as Person;
    addLead(funnel, random.part(`lead ${index}`), calendar, fate, { n: known + index + 1, company, owner });
  });
  return funnel;
}

/** Exactly the wanted share has its list out, whichever they are; in practice each lead comes as far as it comes. */
function fatesOf(random: Random, wanted: number, known: number, alreadyOut: number, { listOutShare, realistic }: DatasetOptions): Fate[] {
  const count = wanted - known;
  if (realistic) return Array.from({ length: count }, () => realisticFate(random));
  const out = Math.min(count, Math.max(0, Math.round(listOutShare * wanted) - alreadyOut));
  const others = Array.from({ length: count - out }, (_, index) => openFates[index % openFates.length] as Fate);
  return random.shuffled([...Array.from({ length: out }, () => 'sent' as const), ...others]);
}

/** Of ten leads seven are called; of these 45 % get a proposal, 60 % of these agree, and five of six of these have their list out. */
function realisticFate(random: Random): Fate {
  if (!random.chance(0.7)) return random.pick(['fresh', 'call_ahead'] as const);
  if (!random.chance(0.45)) return random.pick(['called', 'call_lost', 'call_lost'] as const);
  if (!random.chance(0.6)) return random.pick(['proposal', 'proposal_lost'] as const);
  return random.chance(0.83) ? 'sent' : random.pick(['overdue', 'due_ahead', 'no_due', 'taken_back'] as const);
}

function addLead(funnel: Funnel, random: Random, calendar: DemoCalendar, fate: Fate, who: { n: number; company: Company; owner: Person }): void {
  const id = `lead-${String(who.n).padStart(6, '0')}`;
  const days = daysOf(random, calendar, fate);
  const minute = () => random.whole(9 * 60, 17 * 60 + 30);
  const events: StageEvent[] = ['lead', ...steps[fate].map(([stage]) => stage)].map((stage, place) => {
    const day = days[place] as Day;
    return { stage, day, at: calendar.at(day, minute()) };
  });
  const lead: Item = {
    id,
    name: who.company.name,
    owner: who.owner.id,
    company: who.company.id,
    category: random.pick(categories),
    value: random.whole(10, 90) * 10_000,
    events: inOrder(events),
    list: null,
  };
  funnel.leads.push(lead);
  const agreed = events.find(({ stage }) => stage === 'AGREEMENT_SIGNED');
  if (agreed && fate !== 'taken_back') addList(funnel, random, calendar, fate, lead, agreed.day);
}

/** The day of each stage: all within the last 90 days, the fresh ones and those whose call lies ahead at their end. */
function daysOf(random: Random, calendar: DemoCalendar, fate: Fate): Day[] {
  const gaps = steps[fate].map(([, most]) => random.whole(0, most));
  const total = gaps.reduce((sum, gap) => sum + gap, 0);
  // Seven days hold five working days, and four more make up for the ends.
  const latest = Math.ceil((total * 7) / 5) + 4;
  const recent = fate === 'fresh' || fate === 'call_ahead' || fate === 'due_ahead';
  const agreedLongAgo = fate === 'overdue' ? 20 : 0;
  const first = calendar.ago(random.whole(latest + agreedLongAgo, recent ? latest + 10 : Math.max(latest + agreedLongAgo, daysBack - 1)));
  const days = [first];
  for (const gap of gaps) days.push(calendar.workdaysLater(days.at(-1) as Day, gap));
  return days;
}

/** A list of 3 to 20 partners: sent, waiting, or overdue; some due days were moved once. */
function addList(funnel: Funnel, random: Random, calendar: DemoCalendar, fate: Fate, lead: Item, opened: Day): void {
  const sent = lead.events.find(({ stage }) => stage === 'PARTNER_LIST_SENT') ?? null;
  const list: PartnerListRow = {
    id: `${lead.id}-list`,
    item: lead.id,
    name: `Partners of ${lead.name}`,
    owner: lead.owner,
    size: random.whole(3, 20),
    opened,
    versions: [{ knownOn: opened, due: dueOf(random, calendar, fate, opened), sent: null, closed: null }],
  };
  const [first] = list.versions;
  if (fate === 'overdue' && first?.due && random.chance(0.4))
    list.versions.push({ ...first, knownOn: calendar.workdayBefore(addDays(first.due, -1)), due: calendar.workdayBefore(addDays(first.due, 2)) });
  if (sent && first) list.versions.push({ ...first, knownOn: sent.day, sent: sent.day });
  funnel.lists.push(list);
  if (sent) addContacts(funnel, random, calendar, lead, list, sent);
}

function dueOf(random: Random, calendar: DemoCalendar, fate: Fate, opened: Day): Day | null {
  if (fate === 'no_due') return null;
  if (fate === 'due_ahead') return calendar.later(calendar.today, random.whole(0, 28));
  return calendar.later(opened, random.whole(3, 10));
}

/** The contacts of a list that went out: about one in 25 buys, others decline or are offered a free check. */
function addContacts(funnel: Funnel, random: Random, calendar: DemoCalendar, lead: Item, list: PartnerListRow, sent: StageEvent): void {
  let sold = false;
  for (let n = 1; n <= list.size; n += 1) {
    const name = `${random.pick(companyHeads)} ${random.pick(companyTails)} (contact ${n})`;
    const outcome = random.chance(0.04) ? 'SOLD' : random.pick(['', '', '', 'LIST_OUT_NOT_SOLD', 'LIST_OUT_NOT_SOLD', 'FREE_QA_OFFERED'] as const);
    const day = calendar.later(sent.day, random.whole(2, 25));
    const events: StageEvent[] = [{ stage: 'PARTNER_LIST_SENT', day: sent.day, at: sent.at }];
    if (outcome !== '' && day <= calendar.yesterday) events.push({ stage: outcome, day, at: calendar.at(day, random.whole(18 * 60, 19 * 60)) });
    sold ||= events.at(-1)?.stage === 'SOLD';
    const value = random.whole(4, 40) * 5_000;
    funnel.contacts.push({
      id: `${lead.id}-p${String(n).padStart(2, '0')}`,
      name,
      owner: lead.owner,
      company: '',
      category: lead.category,
      value,
      events,
      list: list.id,
    });
  }
  const over = calendar.later(sent.day, 35);
  if (!sold && over <= calendar.yesterday) closeUnsold(calendar, lead, list, over);
}

/** A list that brought nothing within five weeks is given up, and its lead with it. */
function closeUnsold(calendar: DemoCalendar, lead: Item, list: PartnerListRow, day: Day): void {
  lead.events.push({ stage: 'LIST_OUT_NOT_SOLD', day, at: calendar.at(day, 20 * 60) });
  list.versions.push({ ...(list.versions.at(-1) as PartnerListRow['versions'][number]), knownOn: day, closed: day });
}

export function isOut({ versions }: PartnerListRow): boolean {
  return versions.some(({ sent }) => sent !== null);
}

/** Two stages of one day follow each other in time. */
function inOrder(events: StageEvent[]): StageEvent[] {
  const times = events.map(({ at }) => at).sort();
  return events.map((event, place) => ({ ...event, at: times[place] as string }));
}
