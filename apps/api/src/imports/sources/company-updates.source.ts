import { ownerAndCompany } from '../fact-plan.js';
import { defineImportSource } from '../import-source.js';
import { money, needed, text, whole } from '../source-fields.js';

const negative = (column: string, field: string) => ({
  when: `${column}::bigint < 0`,
  code: 'negative_value',
  field,
  message: 'The amount is negative.',
});

export const companyUpdates = defineImportSource({
  label: 'Company updates',
  description: 'One row per company and day with the figures that it told, of which none is needed; what is empty is unknown, not zero.',
  fields: {
    externalId: text(120, true),
    company: text(120, true),
    owner: text(120, true),
    asOfOn: needed('day'),
    payingCustomers: whole(0, 2_000_000_000),
    arr: money,
    retention: { kind: 'percent' },
    cac: money,
    avgDealSize: money,
    note: text(2000),
  },
  writes: {
    table: 'company_updates',
    identity: 'id',
    lookUps: ownerAndCompany,
    columns: {
      company_id: 's.company_id',
      owner_id: 's.owner_id',
      as_of_on: 's.as_of_on::date',
      as_of: 's.as_of_on::timestamp at time zone n.time_zone',
      paying_customers: { from: 's.paying_customers::integer', field: 'payingCustomers' },
      arr_minor: { from: 's.arr::bigint', field: 'arr' },
      retention: { from: 's.retention::bigint', field: 'retention' },
      cac_minor: { from: 's.cac::bigint', field: 'cac' },
      avg_deal_size_minor: { from: 's.avg_deal_size::bigint', field: 'avgDealSize' },
      currency: 'n.currency',
      note: { from: 's.note', field: 'note' },
    },
    happened: { field: 'asOfOn', at: 'as_of_on', day: true },
    told: 's.new_as_of',
    wrong: [negative('arr', 'arr'), negative('cac', 'cac'), negative('avg_deal_size', 'avgDealSize')],
    impossible: [
      {
        when: `coalesce(new_paying_customers, new_arr_minor, new_retention, new_cac_minor, new_avg_deal_size_minor) is null and coalesce(new_note, '') = ''`,
        code: 'empty',
        field: 'payingCustomers',
        message: 'Tell at least one figure, or a note.',
      },
    ],
  },
});
