import { ImportPipeline } from '../import-pipeline.js';
import { defineImportSource } from '../import-source.js';
import { day, money, needed, text, whole } from '../source-fields.js';

export const pipelineItems = defineImportSource({
  label: 'Pipeline items',
  description:
    'One row per deal in its present stage; occurred_at says since when. currency is that of the organisation unless told. A contact of a partner list names the list by its external id, when it is new.',
  writes: ImportPipeline,
  fields: {
    externalId: text(120, true),
    name: text(120, true),
    owner: text(120, true),
    company: text(120),
    currency: { kind: 'currency' },
    product: text(120),
    list: text(120),
    note: text(2000),
    expectedCloseOn: day,
    category: text(120),
    agreementDate: day,
    partnerListDueDate: day,
    partnerListSentDate: day,
    firstSaleDate: day,
    partnerListSize: whole(0, 1_000_000),
    totalSalesFromList: money,
  },
  callFields: { stage: text(60, true), occurredAt: needed('instant'), value: money },
  datedBy: [],
  preset: {
    events: [
      {
        key: 'state',
        stage: { column: 'stage' },
        at: { column: 'occurred_at' },
        value: { column: 'value', optional: true, otherwise: 'list_price' },
      },
    ],
  },
});
