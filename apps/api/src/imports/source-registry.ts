import type { ImportSource } from '@waymark/contracts';
import type { ImportSourceDefinition } from './import-source.js';
import { activities } from './sources/activities.source.js';
import { arrMovements } from './sources/arr-movements.source.js';
import { companies } from './sources/companies.source.js';
import { companyUpdates } from './sources/company-updates.source.js';
import { enrolments } from './sources/enrolments.source.js';
import { exchangeRates } from './sources/exchange-rates.source.js';
import { interactions } from './sources/interactions.source.js';
import { partnerLists } from './sources/partner-lists.source.js';
import { people } from './sources/people.source.js';
import { pipelineItems } from './sources/pipeline-items.source.js';
import { products } from './sources/products.source.js';
import { programmes } from './sources/programmes.source.js';
import { renewals } from './sources/renewals.source.js';
import { sales } from './sources/sales.source.js';
import { surveyResponses } from './sources/survey-responses.source.js';
import { taskUpdates } from './sources/task-updates.source.js';
import { tasks } from './sources/tasks.source.js';

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
  partner_lists: partnerLists,
  tasks,
  task_updates: taskUpdates,
  interactions,
  company_updates: companyUpdates,
  programmes,
  enrolments,
};

/** The fields that a mapping of the source may name. */
export const sourceFields = Object.fromEntries(Object.entries(importSourceDefinitions).map(([source, { fields }]) => [source, fields])) as Record<
  ImportSource,
  ImportSourceDefinition['fields']
>;
