import { ImportProgrammes } from '../import-programmes.js';
import { defineImportSource } from '../import-source.js';
import { day, needed, text } from '../source-fields.js';

export const programmes = defineImportSource({
  label: 'Programmes',
  description: 'One row per programme in which companies take part; both of its days belong to it. Without external id it is known by its name.',
  writes: ImportProgrammes,
  fields: { externalId: text(120), name: text(120, true), startsOn: needed('day'), endsOn: day, note: text(2000) },
});
