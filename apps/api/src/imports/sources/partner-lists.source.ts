import { ImportPartnerLists } from '../import-partner-lists.js';
import { defineImportSource } from '../import-source.js';
import { day, text, whole } from '../source-fields.js';

export const partnerLists = defineImportSource({
  label: 'Partner lists',
  description: 'One row per list that a lead gave; item is the lead by external id or name. A due day that moves keeps its history.',
  writes: ImportPartnerLists,
  fields: {
    externalId: text(120, true),
    item: text(120, true),
    owner: text(120),
    name: text(120),
    partnerListSize: whole(0, 1_000_000),
    openedOn: day,
    partnerListDueDate: day,
    partnerListSentDate: day,
    closedOn: day,
    note: text(2000),
  },
});
