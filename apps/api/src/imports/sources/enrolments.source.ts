import { ImportEnrolments } from '../import-enrolments.js';
import { defineImportSource } from '../import-source.js';
import { day, needed, text } from '../source-fields.js';

export const enrolments = defineImportSource({
  label: 'Enrolments',
  description:
    'One row per company and programme with the days on which it takes part, both inclusive. Without external id it is known by programme, company and first day.',
  writes: ImportEnrolments,
  fields: {
    externalId: text(120),
    programme: text(120, true),
    company: text(120, true),
    fromOn: needed('day'),
    untilOn: day,
    note: text(2000),
  },
});
