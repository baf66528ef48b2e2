import { ImportExchangeRates } from '../import-exchange-rates.js';
import { defineImportSource } from '../import-source.js';
import { needed } from '../source-fields.js';

export const exchangeRates = defineImportSource({
  label: 'Exchange rates',
  description: 'One row per currency and day: what one unit of it was worth in the currency of the organisation, until the next rate.',
  writes: ImportExchangeRates,
  fields: { currency: needed('currency'), rateOn: needed('day'), rate: needed('decimal') },
});
