import { defineMeasure } from '../algebra/measure.js';

const event = { source: 'pipeline_events', tense: 'during', at: 'occurred_at' } as const;
const dated = { column: 'undated', is: false } as const;

/** A contact of a partner list is no lead (Q82). */
const lead = { column: 'partner', is: false } as const;

/** Every measure that is kept per owner and day. Metrics share them. */
export const leadsCreated = defineMeasure({ ...event, key: 'leads_created', where: [{ column: 'entered', is: 'lead' }, dated, lead] });
export const dealsCreated = defineMeasure({ ...event, key: 'deals_created', where: [{ column: 'entered', is: 'deal' }, dated] });
export const dealsWon = defineMeasure({ ...event, key: 'deals_won', where: [{ column: 'entered', is: 'won' }, dated] });
export const dealsLost = defineMeasure({ ...event, key: 'deals_lost', where: [{ column: 'entered', is: 'lost' }, dated] });
const standingEvent = { source: 'pipeline_events', tense: 'standing', at: 'occurred_at', until: 'ended_at' } as const;
const openQualified = [
  { column: 'kind', is: 'deal' },
  { column: 'qualified', is: true },
] as const;
export const openQualifiedValue = defineMeasure({
  ...standingEvent,
  key: 'open_qualified_value',
  where: [...openQualified, { column: 'unrated', is: false }, { column: 'value_minor', above: 0n }],
  sum: 'value_minor',
});
/** Open, qualified deals whose amount cannot be added, for want of a rate of their currency (SRC-08): they stop the number. */
export const openQualifiedUnrated = defineMeasure({
  ...standingEvent,
  key: 'open_qualified_unrated',
  where: [...openQualified, { column: 'unrated', is: true }],
});
export const salesAmount = defineMeasure({
  key: 'sales_amount',
  source: 'sales',
  tense: 'during',
  at: 'occurred_at',
  where: [{ column: 'unrated', is: false }],
  sum: 'amount_minor',
});
/** Sales that cannot be added, for want of a rate of their currency (SRC-08): they stop every number made of amounts. */
export const salesUnrated = defineMeasure({
  key: 'sales_unrated',
  source: 'sales',
  tense: 'during',
  at: 'occurred_at',
  where: [{ column: 'unrated', is: true }],
});
/** Appointments for calls by their time, and what takes one away: it was moved to another time. */
const appointment = { source: 'activities', tense: 'during', at: 'scheduled_at' } as const;
export const callAppointments = defineMeasure({ ...appointment, key: 'call_appointments', where: [{ column: 'type', is: 'call' }] });
export const callsRescheduled = defineMeasure({
  ...appointment,
  key: 'calls_rescheduled',
  where: [
    { column: 'type', is: 'call' },
    { column: 'outcome', is: 'rescheduled' },
  ],
});
export const callsScheduled = defineMeasure({
  ...appointment,
  key: 'calls_scheduled',
  where: [
    { column: 'type', is: 'call' },
    { column: 'outcome', is: null },
  ],
});
export const meetingsCompleted = defineMeasure({
  key: 'meetings_completed',
  source: 'activities',
  tense: 'during',
  at: 'completed_at',
  where: [
    { column: 'type', is: 'meeting' },
    { column: 'outcome', is: 'completed' },
  ],
});
export const callsCompleted = defineMeasure({
  key: 'calls_completed',
  source: 'activities',
  tense: 'during',
  at: 'completed_at',
  where: [
    { column: 'type', is: 'call' },
    { column: 'outcome', is: 'completed' },
  ],
});

/** What becomes of the agreements of leads (Q81): made counts once for each, at its first day; what was taken back and came again are lines of their own. */
export const agreementsMade = defineMeasure({ ...event, key: 'agreements_made', where: [{ column: 'agreement', is: 'made' }, dated, lead] });
export const agreementsReversed = defineMeasure({
  ...event,
  key: 'agreements_reversed',
  where: [{ column: 'agreement', is: 'reversed' }, dated, lead],
});
export const agreementsRestored = defineMeasure({
  ...event,
  key: 'agreements_restored',
  where: [{ column: 'agreement', is: 'restored' }, dated, lead],
});
export const proposalsOutstanding = defineMeasure({
  key: 'proposals_outstanding',
  source: 'pipeline_events',
  tense: 'standing',
  at: 'occurred_at',
  until: 'ended_at',
  where: [{ column: 'step', is: 'proposal' }, lead],
});

/** Sales by number, each once, with the first of those who share it; what was paid back is no sale. */
const sale = { source: 'sales', tense: 'during', at: 'occurred_at' } as const;
const counted = [
  { column: 'position', below: 2n },
  { column: 'amount_minor', above: -1n },
] as const;
export const salesCount = defineMeasure({ ...sale, key: 'sales_count', where: [...counted] });
export const salesFromLists = defineMeasure({ ...sale, key: 'sales_from_lists', where: [...counted, { column: 'from_list', is: true }] });

/** Partner lists by the day on which they were sent first, and the contacts on them (Q82). */
const list = { source: 'partner_list_versions', tense: 'during', at: 'sent_at' } as const;
const sized = { column: 'partners', above: 0n } as const;
export const listsSent = defineMeasure({ ...list, key: 'lists_sent', where: [] });
export const listsSized = defineMeasure({ ...list, key: 'lists_sized', where: [sized] });
export const partnersListed = defineMeasure({ ...list, key: 'partners_listed', where: [sized], sum: 'partners' });
/** Lists that are neither sent nor closed: past their due day (Q84), and without one. */
const waiting = { source: 'partner_list_versions', tense: 'standing', until: 'ended_at' } as const;
export const listsOverdue = defineMeasure({ ...waiting, key: 'lists_overdue', at: 'late_at', where: [] });
export const listsWithoutDue = defineMeasure({ ...waiting, key: 'lists_without_due', at: 'opened_at', where: [{ column: 'has_due', is: false }] });

/** Renewals by the day on which they are due; one that was decided early counts on its due day too (Q28). */
const renewal = { source: 'renewals', tense: 'during', at: 'due_at' } as const;
export const renewalsDue = defineMeasure({ ...renewal, key: 'renewals_due', where: [] });
export const renewalsRenewed = defineMeasure({ ...renewal, key: 'renewals_renewed', where: [{ column: 'outcome', is: 'renewed' }] });
export const renewalsLost = defineMeasure({ ...renewal, key: 'renewals_lost', where: [{ column: 'outcome', is: 'lost' }] });

export const tasksCompleted = defineMeasure({
  key: 'tasks_completed',
  source: 'tasks',
  tense: 'during',
  at: 'done_at',
  where: [{ column: 'state', is: 'done' }],
});
