import type { ImportSource } from '@waymark/contracts';
import type { ImportSourceDefinition } from './import-source.js';
import { activities } from './sources/activities.source.js';
import { arrMovements } from './sources/arr-movements.source.js';
import { companies } from './sources/companies.source.js';
import { exchangeRates } from './sources/exchange-rates.source.js';
import { people } from './sources/people.source.js';
import { pipelineItems } from './sources/pipeline-items.source.js';
import { products } from './sources/products.source.js';
import { renewals } from './sources/renewals.source.js';
import { sales } from './sources/sales.source.js';
import { surveyResponses } from './sources/survey-responses.source.js';

/** Every source that files bring: one file, one line here. The mapping that ships, the checks, the template of columns and the writing follow from it. */
export const importSourceDefinitions: Record<ImportSource, ImportSourceDefinition> = {
  pipeline_items: pipelineItems,
  activities,
  sales,
  arr_movements: arrMovements,
  renewals,
  survey_responses: surveyResponses,
  companies,
  people,
  products,
  exchange_rates: exchangeRates,
};

/** The fields that a mapping of the source may name. */
export const sourceFields = Object.fromEntries(Object.entries(importSourceDefinitions).map(([source, { fields }]) => [source, fields])) as Record<
  ImportSource,
  ImportSourceDefinition['fields']
>;
