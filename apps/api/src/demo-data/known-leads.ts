import type { Day } from '@waymark/kernel';
import { addDays, type DemoCalendar } from './calendar.js';
import type { Company, Item, PartnerListRow, StageEvent } from './dataset.js';
import type { Funnel } from './leads.js';
import { planted } from './people.js';

interface KnownLead {
  /** Stages from the lead on, one every two working days. */
  stages: readonly string[];
  /** Contacts on the list; 0 when it did not go out. */
  size: number;
  /** Sales from the list, in cents. */
  sales: readonly number[];
}

const called = ['CALL_BOOKED', 'CALL_CONDUCTED'] as const;
const proposed = [...called, 'PROPOSAL_SENT'] as const;
const agreed = [...proposed, 'AGREEMENT_SIGNED'] as const;
const sent = [...agreed, 'PARTNER_LIST_SENT'] as const;

/**
 * Eight leads whose numbers follow by hand: 8 calls, 6 proposals, 4 agreements, 3 lists of 5, 10 and 15 contacts, 2 sales of 1,000.00 and 500.00, one list
 * overdue, one proposal outstanding.
 */
const story: readonly KnownLead[] = [
  { stages: sent, size: 5, sales: [100_000] },
  { stages: sent, size: 10, sales: [50_000] },
  { stages: sent, size: 15, sales: [] },
  { stages: agreed, size: 0, sales: [] },
  { stages: proposed, size: 0, sales: [] },
  { stages: [...proposed, 'lost'], size: 0, sales: [] },
  { stages: [...called, 'lost'], size: 0, sales: [] },
  { stages: called, size: 0, sales: [] },
];

/** The leads of the planted person. The first begins 60 days before today, one every day. */
export function knownLeads(calendar: DemoCalendar, prospects: readonly Company[]): Funnel {
  const funnel: Funnel = { leads: [], contacts: [], lists: [] };
  story.forEach(({ stages, size, sales }, index) => {
    const company = prospects[index] as Company;
    const first = calendar.ago(60 - index);
    const events: StageEvent[] = ['lead', ...stages].map((stage, place) => {
      const day = calendar.workdaysLater(first, 2 * place);
      return { stage, day, at: calendar.at(day, 10 * 60) };
    });
    const id = `lead-${String(index + 1).padStart(6, '0')}`;
    const lead: Item = { id, name: company.name, owner: planted.bdr, company: company.id, category: 'Referral', value: 200_000, events, list: null };
    funnel.leads.push(lead);
    const agreement = events.find(({ stage }) => stage === 'AGREEMENT_SIGNED');
    if (agreement) funnel.lists.push(listOf(calendar, lead, agreement.day, size));
    const out = events.find(({ stage }) => stage === 'PARTNER_LIST_SENT');
    if (out) for (let n = 1; n <= size; n += 1) funnel.contacts.push(contactOf(calendar, lead, out, n, sales[n - 1]));
  });
  return funnel;
}

/** Due eight days after the agreement; the list that never went out was due five days before today and agreed to be twelve before. */
function listOf(calendar: DemoCalendar, lead: Item, opened: Day, size: number): PartnerListRow {
  const out = lead.events.find(({ stage }) => stage === 'PARTNER_LIST_SENT') ?? null;
  const [promised, due] = out ? [addDays(opened, 8), addDays(opened, 8)] : [addDays(calendar.today, -12), addDays(calendar.today, -5)];
  const first = { knownOn: opened, due: promised, sent: null, closed: null };
  const moved = out ? { ...first, knownOn: out.day, sent: out.day } : { ...first, knownOn: addDays(calendar.today, -13), due };
  return {
    id: `${lead.id}-list`,
    item: lead.id,
    name: `Partners of ${lead.name}`,
    owner: lead.owner,
    size: size || 7,
    opened,
    versions: [first, moved],
  };
}

function contactOf(calendar: DemoCalendar, lead: Item, out: StageEvent, n: number, sale: number | undefined): Item {
  const day = calendar.workdaysLater(out.day, 5);
  const events: StageEvent[] = [{ stage: 'PARTNER_LIST_SENT', day: out.day, at: out.at }];
  if (sale !== undefined) events.push({ stage: 'SOLD', day, at: calendar.at(day, 12 * 60) });
  const id = `${lead.id}-p${String(n).padStart(2, '0')}`;
  return {
    id,
    name: `Contact ${n} of ${lead.name}`,
    owner: lead.owner,
    company: '',
    category: lead.category,
    value: sale ?? 30_000,
    events,
    list: `${lead.id}-list`,
  };
}
