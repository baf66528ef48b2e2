import type { ImportField, ImportMapping, ImportPreset, ImportSource } from '@waymark/contracts';
import { columnsOf } from './mapping.js';
import { columnOf, sourceFields } from './source-fields.js';

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
function plain(source: ImportSource, label: string, description: string, more: Partial<ImportMapping> = {}): ImportPreset {
  const fields = Object.fromEntries(
    Object.entries(sourceFields[source]).map(([field, spec]) => [field, column(columnOf(field), spec.required ? {} : { optional: true })]),
  );
  return { key: source.replaceAll('_', '-'), label, source, description, mapping: { source, fields, ...more } };
}

/** Mappings that ship with the product. */
export const presets: readonly ImportPreset[] = [
  ...crmSales,
  plain('pipeline_items', 'Pipeline items', 'One row per deal in its present stage; occurred_at says since when.', {
    events: [
      { key: 'state', stage: column('stage'), at: column('occurred_at'), value: column('value', { optional: true, otherwise: 'list_price' }) },
    ],
  }),
  plain('activities', 'Activities', 'Calls, meetings, e-mails and reviews, scheduled and completed.'),
  plain(
    'arr_movements',
    'Recurring revenue',
    'One row per movement of a customer: new, expansion, contraction, churn, reactivation, handover; contraction and churn are negative.',
  ),
  plain('renewals', 'Renewals', 'One row per renewal with the day on which it is due: open, renewed or lost.'),
  plain('survey_responses', 'Answers to surveys', 'One row per answer with a score from 0 to 10; kind is nps.'),
  plain('companies', 'Companies', 'One row per company; parent and owner by name or external id.'),
  plain(
    'people',
    'Roster: people, teams, managers, roles',
    'One row per person with the one team of that person. manager leads the team, parent_team lies above it, since is the first day in it, work_percent the work fraction. Empty cells leave what is known; people who are not in the file stay.',
  ),
  plain('products', 'Products', 'The price list.'),
];

/** The preset whose needed columns are all there and that reads most of the file's columns; the first of several. */
export function suggestedFor(columns: readonly string[]): ImportPreset | null {
  const fits = presets.filter((preset) => columnsOf(preset.mapping).every((column) => columns.includes(column)));
  const read = ({ mapping }: ImportPreset) => Object.values(mapping.fields).filter((field) => columns.includes(field.column ?? '')).length;
  return fits.reduce<ImportPreset | null>((best, preset) => (best === null || read(preset) > read(best) ? preset : best), null);
}
