import { arrMovementKinds } from '@waymark/contracts';
import { ownerAndCompany } from '../fact-plan.js';
import { defineImportSource } from '../import-source.js';
import { money, needed, oneOf, text } from '../source-fields.js';

const amount = `coalesce(amount, '0')::bigint`;

export const arrMovements = defineImportSource({
  label: 'Recurring revenue',
  description: 'One row per movement of a customer: new, expansion, contraction, churn, reactivation, handover; contraction and churn are negative.',
  fields: {
    externalId: text(120, true),
    company: text(120, true),
    owner: text(120, true),
    occurredAt: needed('instant'),
    kind: oneOf(arrMovementKinds, true),
    amount: money,
  },
  writes: {
    table: 'arr_movements',
    identity: 'id',
    lookUps: ownerAndCompany,
    columns: {
      company_id: 's.company_id',
      owner_id: 's.owner_id',
      occurred_at: 's.occurred_at::timestamptz',
      kind: 's.kind',
      amount_minor: `coalesce(s.amount, '0')::bigint`,
      currency: 'n.currency',
    },
    happened: { field: 'occurredAt', at: 'occurred_at' },
    wrong: [
      {
        when: `not case when kind in ('contraction', 'churn') then ${amount} < 0 when kind = 'handover' then ${amount} = 0 else ${amount} > 0 end`,
        code: 'contradiction',
        field: 'amount',
        message: 'The amount is negative for contraction and churn, 0 for a handover, else positive.',
      },
    ],
  },
});
