import { defineMeasure } from '../algebra/measure.js';

const event = { source: 'pipeline_events', tense: 'during', at: 'occurred_at' } as const;
const dated = { column: 'undated', is: false } as const;

/** Every measure that is kept per owner and day. Metrics share them. */
export const leadsCreated = defineMeasure({ ...event, key: 'leads_created', where: [{ column: 'entered', is: 'lead' }, dated] });
export const dealsCreated = defineMeasure({ ...event, key: 'deals_created', where: [{ column: 'entered', is: 'deal' }, dated] });
export const dealsWon = defineMeasure({ ...event, key: 'deals_won', where: [{ column: 'entered', is: 'won' }, dated] });
export const dealsLost = defineMeasure({ ...event, key: 'deals_lost', where: [{ column: 'entered', is: 'lost' }, dated] });
export const openQualifiedValue = defineMeasure({
  key: 'open_qualified_value',
  source: 'pipeline_events',
  tense: 'standing',
  at: 'occurred_at',
  until: 'ended_at',
  where: [
    { column: 'kind', is: 'deal' },
    { column: 'qualified', is: true },
    { column: 'value_minor', above: 0n },
  ],
  sum: 'value_minor',
});
export const salesAmount = defineMeasure({
  key: 'sales_amount',
  source: 'sales',
  tense: 'during',
  at: 'occurred_at',
  where: [],
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

/** Renewals by the day on which they are due; one that was decided early counts on its due day too (Q28). */
const renewal = { source: 'renewals', tense: 'during', at: 'due_at' } as const;
export const renewalsDue = defineMeasure({ ...renewal, key: 'renewals_due', where: [] });
export const renewalsRenewed = defineMeasure({ ...renewal, key: 'renewals_renewed', where: [{ column: 'outcome', is: 'renewed' }] });
export const renewalsLost = defineMeasure({ ...renewal, key: 'renewals_lost', where: [{ column: 'outcome', is: 'lost' }] });
