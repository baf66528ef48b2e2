import { ApiProperty } from '@nestjs/swagger';
import { activityOutcomes, activityTypes } from '@waymark/kernel';
import { arrMovementKinds, renewalOutcomes, surveyKinds } from './customers.js';
import { ChoiceField, IdField } from './fields.js';
import { Amount, Choice, Day, Instant, person, Rows, Text, Whole } from './ingest-fields.js';
import { limits } from './limits.js';
import { PageEnd, PageQuery } from './paging.js';
import { Named } from './values.js';

export const ingestOutcomes = ['created', 'updated', 'unchanged', 'refused'] as const;
export type IngestOutcome = (typeof ingestOutcomes)[number];

/** A pipeline item as it was from `occurredAt` on. Another row with the same id and a later instant goes on with its history. */
export class IngestPipelineItem {
  @Text(limits.externalId, { required: true, example: 'crm-4711' })
  externalId!: string;

  @Text(limits.name, { required: true })
  name!: string;

  @Text(limits.key, { ...person, example: 'moses-frase' })
  owner!: string;

  @Text(60, { required: true, description: 'Key of the stage', example: 'engaging' })
  stage!: string;

  @Instant({ required: true, description: 'Since when it is so: an instant with zone, or a day of the organisation; never later than now' })
  occurredAt!: string;

  @Amount({ description: 'As agreed; the list price of the product when it is missing' })
  value?: string | null;

  @Text(3, { description: 'Of the value; the currency of the organisation, or that of the deal, unless told', example: 'EUR' })
  currency?: string | null;

  @Text(limits.key, { description: 'External id of the company, or its name when only one has it' })
  company?: string | null;

  @Text(limits.key, { description: 'Name of the product' })
  product?: string | null;

  @Text(limits.text)
  note?: string | null;

  @Text(limits.key)
  category?: string | null;

  @Day()
  expectedCloseOn?: string | null;

  @Day()
  agreementDate?: string | null;

  @Day()
  partnerListDueDate?: string | null;

  @Day()
  partnerListSentDate?: string | null;

  @Day()
  firstSaleDate?: string | null;

  @Whole(0, 1_000_000)
  partnerListSize?: number | null;

  @Amount()
  totalSalesFromList?: string | null;
}

export class IngestActivity {
  @Text(limits.externalId, { required: true, example: 'call-981' })
  externalId!: string;

  @Choice(activityTypes, true)
  type!: string;

  @Text(limits.key, { ...person, example: 'moses-frase' })
  owner!: string;

  @Text(limits.key, { description: 'External id of the company, or its name when only one has it' })
  company?: string | null;

  @Text(limits.externalId, { description: 'External id of the pipeline item, or its name when only one has it' })
  item?: string | null;

  @Instant()
  scheduledAt?: string | null;

  @Instant({ description: 'Never later than now; one of scheduledAt and completedAt is needed' })
  completedAt?: string | null;

  @Choice(activityOutcomes)
  outcome?: string;

  @Whole(0, 31_536_000)
  durationSeconds?: number | null;

  @Text(limits.text)
  note?: string | null;
}

export class IngestCompany {
  @Text(limits.externalId, { required: true, example: 'acc-17' })
  externalId!: string;

  @Text(limits.name, { required: true })
  name!: string;

  @Text(limits.name)
  industry?: string | null;

  @Text(limits.name)
  country?: string | null;

  @Whole(1000, 2999)
  foundedYear?: number | null;

  @Whole(0, 100_000_000)
  employees?: number | null;

  @Amount()
  revenue?: string | null;

  @Text(limits.key, { description: 'External id or name of the company above it; it may be in the same call' })
  parent?: string | null;

  @Text(limits.key, { description: 'External id of the person, or the name when only one has it' })
  owner?: string | null;
}

/** A sale that comes from no deal; those of deals follow their deal. */
export class IngestSale {
  @Text(limits.externalId, { required: true, example: 'invoice-2041' })
  externalId!: string;

  @Text(limits.key, { ...person, example: 'moses-frase' })
  owner!: string;

  @Instant({ required: true, description: 'An instant with zone, or a day of the organisation; never later than now' })
  occurredAt!: string;

  @Amount({ required: true, description: 'As agreed; negative for a refund' })
  amount!: string;

  @Text(3, { description: 'The currency of the organisation unless told', example: 'EUR' })
  currency?: string | null;

  @Text(limits.key, { description: 'External id of the company, or its name when only one has it' })
  company?: string | null;

  @Text(limits.key, { description: 'Name of the product' })
  product?: string | null;

  @Text(limits.text, { description: 'Who is credited, in percent that add to 100', example: 'moses-frase=60; anna-snelling=40' })
  shares?: string | null;

  @Text(limits.text)
  note?: string | null;
}

/** A movement of a customer's yearly recurring revenue. */
export class IngestArrMovement {
  @Text(limits.externalId, { required: true, example: 'sub-77-2026-03' })
  externalId!: string;

  @Text(limits.key, { required: true, description: 'External id of the company, or its name when only one has it' })
  company!: string;

  @Text(limits.key, { ...person, example: 'moses-frase' })
  owner!: string;

  @Instant({ required: true, description: 'Never later than now' })
  occurredAt!: string;

  @Choice(arrMovementKinds, true)
  kind!: string;

  @Amount({ description: "In the organisation's currency: negative for contraction and churn, 0 for a handover, else positive" })
  amount?: string | null;
}

export class IngestRenewal {
  @Text(limits.externalId, { required: true, example: 'renewal-77-2026' })
  externalId!: string;

  @Text(limits.key, { required: true, description: 'External id of the company, or its name when only one has it' })
  company!: string;

  @Text(limits.key, { ...person, example: 'moses-frase' })
  owner!: string;

  @ApiProperty({ type: String, format: 'date' })
  dueOn!: string;

  @Choice(renewalOutcomes, true)
  outcome!: string;

  @Instant({ description: 'When it was renewed or lost; the day on which it was due unless told' })
  decidedAt?: string | null;

  @Amount()
  amount?: string | null;
}

export class IngestSurveyResponse {
  @Text(limits.externalId, { required: true, example: 'answer-31' })
  externalId!: string;

  @Choice(surveyKinds, true)
  kind!: string;

  @ApiProperty({ type: 'integer', minimum: 0, maximum: 10 })
  score!: number;

  @Text(254, { required: true, description: 'Who answered: of several answers in a window the last one counts' })
  contact!: string;

  @Text(limits.key, { ...person, example: 'moses-frase' })
  owner!: string;

  @Instant({ required: true, description: 'Never later than now' })
  answeredAt!: string;

  @Text(limits.key, { description: 'External id of the company, or its name when only one has it' })
  company?: string | null;
}

export class IngestPipelineItems {
  @Rows(() => IngestPipelineItem)
  rows!: IngestPipelineItem[];
}

export class IngestActivities {
  @Rows(() => IngestActivity)
  rows!: IngestActivity[];
}

export class IngestCompanies {
  @Rows(() => IngestCompany)
  rows!: IngestCompany[];
}

export class IngestSales {
  @Rows(() => IngestSale)
  rows!: IngestSale[];
}

export class IngestArrMovements {
  @Rows(() => IngestArrMovement)
  rows!: IngestArrMovement[];
}

export class IngestRenewals {
  @Rows(() => IngestRenewal)
  rows!: IngestRenewal[];
}

export class IngestSurveyResponses {
  @Rows(() => IngestSurveyResponse)
  rows!: IngestSurveyResponse[];
}

/** How a call is taken. */
export class IngestQuery {
  @ChoiceField(['true', 'false'], { optional: true, about: 'true: say what would become of each row and write nothing' })
  dryRun?: 'true' | 'false';
}

export class IngestProblem {
  @ApiProperty({ type: String, nullable: true, description: 'Which field of the row' })
  field!: string | null;

  @ApiProperty({ example: 'unknown_person' })
  code!: string;

  @ApiProperty({ description: 'One English sentence' })
  message!: string;
}

/** What became of one row, in the order of the rows. */
export class IngestRow {
  @ApiProperty({ description: 'Its place in the call; the first is 1' })
  row!: number;

  @ApiProperty({ type: String, nullable: true })
  externalId!: string | null;

  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: 'What it is called here; null when it was refused' })
  id!: string | null;

  @ApiProperty({ enum: ingestOutcomes, description: 'A refused row wrote nothing; the others did' })
  outcome!: IngestOutcome;

  @ApiProperty({ type: () => [IngestProblem], description: 'Why it was refused, or what of it was left out' })
  problems!: IngestProblem[];
}

/** What became of a call: created + updated + unchanged + refused = the number of rows. */
export class IngestResult {
  @ApiProperty()
  created!: number;

  @ApiProperty()
  updated!: number;

  @ApiProperty()
  unchanged!: number;

  @ApiProperty()
  refused!: number;

  @ApiProperty({ type: () => [IngestRow] })
  rows!: IngestRow[];
}

export class IngestCallQuery extends PageQuery {
  @IdField({ optional: true, about: 'Calls of one key' })
  keyId?: string;
}

/** What was said of a row of a call; values are not kept. */
export class IngestCallProblem {
  @ApiProperty()
  row!: number;

  @ApiProperty({ type: String, nullable: true })
  field!: string | null;

  @ApiProperty()
  code!: string;
}

/** A call that brought facts, as the page of developers shows it. */
export class IngestCall {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ format: 'date-time' })
  at!: string;

  @ApiProperty({ example: 'activities' })
  source!: string;

  @ApiProperty({ description: 'Nothing was written' })
  dryRun!: boolean;

  @ApiProperty({ type: () => Named, nullable: true, description: 'The key; null for the session of a person' })
  key!: Named | null;

  @ApiProperty({ type: () => Named, description: 'For whom it acted' })
  user!: Named;

  @ApiProperty()
  rows!: number;

  @ApiProperty()
  created!: number;

  @ApiProperty()
  updated!: number;

  @ApiProperty()
  unchanged!: number;

  @ApiProperty()
  refused!: number;

  @ApiProperty({ type: () => [IngestCallProblem], description: 'The first twenty' })
  problems!: IngestCallProblem[];
}

export class IngestCallPage extends PageEnd {
  @ApiProperty({ type: () => [IngestCall] })
  items!: IngestCall[];
}
