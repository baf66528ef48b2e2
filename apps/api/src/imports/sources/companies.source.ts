import { ImportCompanies } from '../import-companies.js';
import { defineImportSource } from '../import-source.js';
import { money, text, whole } from '../source-fields.js';

export const companies = defineImportSource({
  label: 'Companies',
  description: 'One row per company; parent and owner by name or external id.',
  writes: ImportCompanies,
  fields: {
    externalId: text(120),
    name: text(120, true),
    industry: text(120),
    country: text(120),
    foundedYear: whole(1000, 2999),
    employees: whole(0, 100_000_000),
    revenue: money,
    parent: text(120),
    owner: text(120),
  },
});
