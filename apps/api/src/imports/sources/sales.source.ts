import { defineImportSource } from '../import-source.js';
import { ImportSales } from '../import-sales.js';
import { needed, text } from '../source-fields.js';

export const sales = defineImportSource({
  label: 'Sales',
  description:
    'One row per sale that comes from no deal; a refund is negative. currency is that of the organisation unless told; shares says who is credited: moses-frase=60; anna-snelling=40. list is the external id of the partner list that it came from.',
  writes: ImportSales,
  fields: {
    externalId: text(120, true),
    owner: text(120, true),
    occurredAt: needed('instant'),
    amount: needed('money'),
    currency: { kind: 'currency' },
    company: text(120),
    product: text(120),
    list: text(120),
    shares: { kind: 'shares' },
    note: text(2000),
  },
});
