import { surveyKinds } from '@waymark/contracts';
import { ownerAndCompany } from '../fact-plan.js';
import { defineImportSource } from '../import-source.js';
import { needed, oneOf, text, whole } from '../source-fields.js';

export const surveyResponses = defineImportSource({
  label: 'Answers to surveys',
  description: 'One row per answer with a score from 0 to 10; kind is nps.',
  fields: {
    externalId: text(120, true),
    kind: oneOf(surveyKinds, true),
    score: whole(0, 10, true),
    contact: text(254, true),
    company: text(120),
    owner: text(120, true),
    answeredAt: needed('instant'),
  },
  writes: {
    table: 'survey_responses',
    identity: 'id',
    lookUps: ownerAndCompany,
    columns: {
      company_id: { from: 's.company_id', field: 'company' },
      owner_id: 's.owner_id',
      kind: 's.kind',
      score: 's.score::smallint',
      contact: 'lower(s.contact)',
      answered_at: 's.answered_at::timestamptz',
    },
    happened: { field: 'answeredAt', at: 'answered_at' },
  },
});
