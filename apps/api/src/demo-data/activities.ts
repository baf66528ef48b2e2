import type { Day } from '@waymark/kernel';
import { addDays, type DemoCalendar } from './calendar.js';
import type { Activity, Dated, DatasetOptions, Item, Person } from './dataset.js';
import type { Funnel } from './leads.js';
import { planted } from './people.js';
import type { Random } from './random.js';

const activitiesAtFactorOne = 3000;

type Kind = Pick<Activity, 'type' | 'outcome'>;

/** Calls and meetings with leads, calls that lie ahead, and follow-ups with the contacts of lists, up to the wanted number. */
export function makeActivities(
  random: Random,
  calendar: DemoCalendar,
  funnel: Funnel,
  people: readonly Person[],
  reviews: readonly Activity[],
  options: DatasetOptions,
): Activity[] {
  const rows: Activity[] = [...reviews];
  const add = (kind: Kind, item: Item, scheduled: Dated | null, completed: Dated | null) =>
    rows.push({
      ...{ id: `activity-${String(rows.length + 1).padStart(7, '0')}`, ...kind, owner: item.owner, company: item.company, item: item.id },
      ...{ scheduled, completed, seconds: completed ? random.whole(3, 45) * 60 : 0 },
    });
  for (const lead of funnel.leads) withLead(random, calendar, lead, add);
  ahead(random, calendar, funnel, people, add);
  const wanted = Math.round(activitiesAtFactorOne * options.factor);
  const others = [...funnel.contacts, ...funnel.leads].filter(({ owner }) => owner !== planted.bdr);
  for (let n = 0; rows.length < wanted && others.length > 0; n += 1) followUp(random, calendar, others[n % others.length] as Item, add);
  return rows;
}

type Add = (kind: Kind, item: Item, scheduled: Dated | null, completed: Dated | null) => void;

/** The call that the lead's stages tell of, and around it what the planted person's leads do not have. */
function withLead(random: Random, calendar: DemoCalendar, lead: Item, add: Add): void {
  const call = lead.events.find(({ stage }) => stage === 'CALL_CONDUCTED');
  if (call) add({ type: 'call', outcome: 'completed' }, lead, call, call);
  if (lead.owner === planted.bdr) return;
  const booked = lead.events.find(({ stage }) => stage === 'CALL_BOOKED');
  if (booked && !call) {
    const day = calendar.later(calendar.today, random.whole(0, 21));
    add({ type: 'call', outcome: '' }, lead, { day, at: calendar.at(day, random.whole(14 * 60, 18 * 60)) }, null);
  }
  if (booked && call && random.chance(0.2))
    add({ type: 'call', outcome: random.pick(['no_show', 'rescheduled', 'cancelled'] as const) }, lead, booked, null);
  const proposal = lead.events.find(({ stage }) => stage === 'PROPOSAL_SENT');
  if (proposal && random.chance(0.6)) add({ type: 'meeting', outcome: 'completed' }, lead, proposal, proposal);
}

/** Each person has calls in the diary for the next 30 days. */
function ahead(random: Random, calendar: DemoCalendar, funnel: Funnel, people: readonly Person[], add: Add): void {
  for (const { id, work } of people) {
    const own = funnel.leads.filter(({ owner }) => owner === id);
    if (work !== 'bdr' || id === planted.bdr || own.length === 0) continue;
    for (let n = random.whole(20, 26); n > 0; n -= 1) {
      const day = calendar.workdayBefore(addDays(calendar.today, random.whole(2, 30)));
      add({ type: 'call', outcome: '' }, random.pick(own), { day, at: calendar.at(day, random.whole(14 * 60, 18 * 60)) }, null);
    }
  }
}

/** A call or an e-mail some time after the last that is known of the item. */
function followUp(random: Random, calendar: DemoCalendar, item: Item, add: Add): void {
  const last = item.events.at(-1) as Dated;
  const day: Day = calendar.workdayBefore(addDays(last.day, random.whole(1, 30)));
  const type = random.pick(['call', 'call', 'call', 'email', 'email', 'meeting'] as const);
  const on = day > calendar.yesterday || day <= last.day ? calendar.yesterday : day;
  if (on <= last.day) return add({ type: 'email', outcome: 'completed' }, item, null, { day: last.day, at: calendar.at(last.day, 21 * 60) });
  const at = { day: on, at: calendar.at(on, random.whole(9 * 60, 17 * 60)) };
  const held = type === 'email' || random.chance(0.85);
  add(
    { type, outcome: held ? 'completed' : random.pick(['no_show', 'cancelled', 'rescheduled'] as const) },
    item,
    type === 'email' ? null : at,
    held ? at : null,
  );
}
