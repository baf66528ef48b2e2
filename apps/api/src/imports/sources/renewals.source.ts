import { renewalOutcomes } from '@waymark/contracts';
import { ownerAndCompany } from '../fact-plan.js';
import { defineImportSource } from '../import-source.js';
import { instant, money, needed, oneOf, text } from '../source-fields.js';

export const renewals = defineImportSource({
  label: 'Renewals',
  description: 'One row per renewal with the day on which it is due: open, renewed or lost.',
  fields: {
    externalId: text(120, true),
    company: text(120, true),
    owner: text(120, true),
    dueOn: needed('day'),
    outcome: oneOf(renewalOutcomes, true),
    decidedAt: instant,
    amount: money,
  },
  writes: {
    table: 'renewals',
    identity: 'id',
    lookUps: ownerAndCompany,
    columns: {
      company_id: 's.company_id',
      owner_id: 's.owner_id',
      due_on: 's.due_on::date',
      due_at: 's.due_on::timestamp at time zone n.time_zone',
      outcome: 's.outcome',
      decided_at: `case when s.outcome <> 'open' then coalesce(s.decided_at::timestamptz, f.decided_at, least(s.due_on::timestamp at time zone n.time_zone, $2::timestamptz)) end`,
      amount_minor: { from: 's.amount::bigint', field: 'amount' },
      currency: 'n.currency',
    },
    happened: { field: 'decidedAt', at: 'decided_at' },
    wrong: [
      {
        when: `outcome = 'open' and decided_at is not null or amount::bigint < 0`,
        code: 'contradiction',
        field: 'outcome',
        message: 'An open renewal is not decided yet, and an amount is not negative.',
      },
    ],
  },
});
