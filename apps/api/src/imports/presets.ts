import type { ImportField, ImportPreset, ImportSource } from '@waymark/contracts';
import { columnsOf } from './mapping.js';
import { columnOf } from './source-fields.js';
import { importSourceDefinitions } from './source-registry.js';

const column = (name: string, more: Partial<ImportField> = {}): ImportField => ({ column: name, ...more });
const stage = (key: string): ImportField => ({ constant: key });

/** The source spells one product in two ways. */
const product = column('product', { alias: { GTXPro: 'GTX Pro' } });
const engaged = ['Engaging', 'Won', 'Lost'];

const crmSales: ImportPreset[] = [
  {
    key: 'crm-sales-teams',
    label: 'CRM sales export: sales_teams.csv',
    source: 'people',
    description: 'Agents become people with role member; each manager leads a team whose category is the regional office, below the team "Sales".',
    mapping: {
      source: 'people',
      fields: {
        externalId: column('sales_agent'),
        name: column('sales_agent'),
        manager: column('manager'),
        teamCategory: column('regional_office'),
        parentTeam: { constant: 'Sales' },
      },
    },
  },
  {
    key: 'crm-sales-accounts',
    label: 'CRM sales export: accounts.csv',
    source: 'companies',
    description: 'Accounts become companies; subsidiary_of is the parent, found in a second pass; revenue is in millions.',
    mapping: {
      source: 'companies',
      fields: {
        externalId: column('account'),
        name: column('account'),
        industry: column('sector'),
        country: column('office_location'),
        foundedYear: column('year_established'),
        employees: column('employees'),
        revenue: column('revenue', { times: 1_000_000 }),
        parent: column('subsidiary_of'),
      },
    },
  },
  {
    key: 'crm-sales-products',
    label: 'CRM sales export: products.csv',
    source: 'products',
    description: 'The price list.',
    mapping: { source: 'products', fields: { name: column('product'), series: column('series'), listPrice: column('sales_price') } },
  },
  {
    key: 'crm-sales-pipeline',
    label: 'CRM sales export: sales_pipeline.csv',
    source: 'pipeline_items',
    description:
      'Prospecting: an unqualified deal without date. Engaging, Won, Lost: qualified from engage_date; Won and Lost end on close_date. The value is the list price until closed, then close_value. Facts count as known when they occurred.',
    mapping: {
      source: 'pipeline_items',
      knownAt: 'occurred_at',
      fields: { externalId: column('opportunity_id'), name: product, owner: column('sales_agent'), product, company: column('account') },
      events: [
        {
          key: 'prospecting',
          when: { column: 'deal_stage', in: ['Prospecting'] },
          stage: stage('prospecting'),
          at: column('engage_date'),
          undated: true,
          value: { otherwise: 'list_price' },
        },
        {
          key: 'engaging',
          when: { column: 'deal_stage', in: engaged },
          stage: stage('engaging'),
          at: column('engage_date'),
          value: { otherwise: 'list_price' },
        },
        { key: 'won', when: { column: 'deal_stage', in: ['Won'] }, stage: stage('won'), at: column('close_date'), value: column('close_value') },
        { key: 'lost', when: { column: 'deal_stage', in: ['Lost'] }, stage: stage('lost'), at: column('close_date'), value: column('close_value') },
      ],
    },
  },
];

/** Columns named like the fields: external_id, name, owner, ... */
function plain(source: ImportSource): ImportPreset {
  const { label, description, fields: specs, preset } = importSourceDefinitions[source];
  const fields = Object.fromEntries(
    Object.entries(specs).map(([field, spec]) => [field, column(columnOf(field), spec.required ? {} : { optional: true })]),
  );
  return { key: source.replaceAll('_', '-'), label, source, description, mapping: { source, fields, ...preset } };
}

/** Mappings that ship with the product. */
export const presets: readonly ImportPreset[] = [
  ...crmSales,
  ...(Object.keys(importSourceDefinitions) as ImportSource[]).map((source) => plain(source)),
];

/** The preset whose needed columns are all there and that reads most of the file's columns; the first of several. */
export function suggestedFor(columns: readonly string[]): ImportPreset | null {
  const fits = presets.filter((preset) => columnsOf(preset.mapping).every((column) => columns.includes(column)));
  const read = ({ mapping }: ImportPreset) => Object.values(mapping.fields).filter((field) => columns.includes(field.column ?? '')).length;
  return fits.reduce<ImportPreset | null>((best, preset) => (best === null || read(preset) > read(best) ? preset : best), null);
}
