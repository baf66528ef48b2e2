import { Tenants1700000000001 } from './1700000000001-tenants.js';
import { People1700000000002 } from './1700000000002-people.js';
import { Sources1700000000003 } from './1700000000003-sources.js';
import { Metrics1700000000004 } from './1700000000004-metrics.js';
import { Goals1700000000005 } from './1700000000005-goals.js';
import { Gates1700000000006 } from './1700000000006-gates.js';
import { Jobs1700000000007 } from './1700000000007-jobs.js';
import { SessionTokens1700000000011 } from './1700000000011-session-tokens.js';
import { Messages1700000000012 } from './1700000000012-messages.js';
import { Audit1700000000013 } from './1700000000013-audit.js';
import { Settings1700000000014 } from './1700000000014-settings.js';
import { PeopleAndTeams1700000000015 } from './1700000000015-people-and-teams.js';
import { Erasures1700000000016 } from './1700000000016-erasures.js';
import { JudgedUntil1700000000018 } from './1700000000018-judged-until.js';
import { Idempotency1700000000019 } from './1700000000019-idempotency.js';
import { Suspension1700000000020 } from './1700000000020-suspension.js';
import { Absences1700000000021 } from './1700000000021-absences.js';
import { ApiKeys1700000000022 } from './1700000000022-api-keys.js';
import { CustomerFacts1700000000023 } from './1700000000023-customer-facts.js';
import { ActivitiesAndSales1700000000024 } from './1700000000024-activities-and-sales.js';
import { PartnerLists1700000000026 } from './1700000000026-partner-lists.js';
import { WorkWithCompanies1700000000027 } from './1700000000027-work-with-companies.js';
import { OwnMetrics1700000000028 } from './1700000000028-own-metrics.js';
import { ImportsAndCalls1700000000029 } from './1700000000029-imports-and-calls.js';
import { MetricAudits1700000000030 } from './1700000000030-metric-audits.js';
import { GoalRestatements1700000000031 } from './1700000000031-goal-restatements.js';
import { ImportsOfEverySource1700000000033 } from './1700000000033-imports-of-every-source.js';
import { DealCurrencies1700000000034 } from './1700000000034-deal-currencies.js';
import { PeopleOfCompanies1700000000035 } from './1700000000035-people-of-companies.js';
import { CheapMarks1700000000036 } from './1700000000036-cheap-marks.js';
import { ItemsByValue1700000000037 } from './1700000000037-items-by-value.js';
import { StatisticsAfterCalls1700000000038 } from './1700000000038-statistics-after-calls.js';
import { GoalsByMetric1700000000039 } from './1700000000039-goals-by-metric.js';

/** Every migration, oldest first. A new one is one file and one line here. */
export const migrations = [
  Tenants1700000000001,
  People1700000000002,
  Sources1700000000003,
  Metrics1700000000004,
  Goals1700000000005,
  Gates1700000000006,
  Jobs1700000000007,
  SessionTokens1700000000011,
  Messages1700000000012,
  Audit1700000000013,
  Settings1700000000014,
  PeopleAndTeams1700000000015,
  Erasures1700000000016,
  JudgedUntil1700000000018,
  Idempotency1700000000019,
  Suspension1700000000020,
  Absences1700000000021,
  ApiKeys1700000000022,
  CustomerFacts1700000000023,
  ActivitiesAndSales1700000000024,
  PartnerLists1700000000026,
  WorkWithCompanies1700000000027,
  OwnMetrics1700000000028,
  ImportsAndCalls1700000000029,
  MetricAudits1700000000030,
  GoalRestatements1700000000031,
  ImportsOfEverySource1700000000033,
  DealCurrencies1700000000034,
  PeopleOfCompanies1700000000035,
  CheapMarks1700000000036,
  ItemsByValue1700000000037,
  StatisticsAfterCalls1700000000038,
  GoalsByMetric1700000000039,
];
