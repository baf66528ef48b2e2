import { interactionKinds } from '@waymark/contracts';
import { ownerAndCompany } from '../fact-plan.js';
import { defineImportSource } from '../import-source.js';
import { needed, oneOf, text } from '../source-fields.js';

export const interactions = defineImportSource({
  label: 'Interactions',
  description: 'One row per touch point with a company: call, meeting, email, message, workshop or visit.',
  fields: {
    externalId: text(120, true),
    company: text(120, true),
    owner: text(120, true),
    kind: oneOf(interactionKinds, true),
    occurredAt: needed('instant'),
    topic: text(120, true),
    note: text(2000),
  },
  writes: {
    table: 'interactions',
    identity: 'id',
    lookUps: ownerAndCompany,
    columns: {
      company_id: 's.company_id',
      owner_id: 's.owner_id',
      kind: 's.kind',
      occurred_at: 's.occurred_at::timestamptz',
      topic: 's.topic',
      note: { from: 's.note', field: 'note' },
    },
    happened: { field: 'occurredAt', at: 'occurred_at' },
  },
});
