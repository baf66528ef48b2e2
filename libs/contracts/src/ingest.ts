import { ApiProperty } from '@nestjs/swagger';
import { activityOutcomes, activityTypes } from '@waymark/kernel';
import { ArrayMaxSize, ArrayMinSize, IsArray } from 'class-validator';
import { limits } from './limits.js';

export const ingestOutcomes = ['created', 'updated', 'unchanged', 'refused'] as const;
export type IngestOutcome = (typeof ingestOutcomes)[number];

interface About {
  required?: boolean;
  description?: string;
  example?: string | number;
}

const Text = (maxLength: number, { required = false, ...more }: About = {}) =>
  ApiProperty({ type: String, maxLength, required, nullable: !required, ...more });
const Amount = (more: About = {}) =>
  ApiProperty({ type: String, pattern: '^-?\\d{1,15}(\\.\\d{1,2})?$', required: false, nullable: true, example: '1054.00', ...more });
const Day = () => ApiProperty({ type: String, format: 'date', required: false, nullable: true });
const Instant = ({ required = false, ...more }: About = {}) =>
  ApiProperty({ type: String, format: 'date-time', required, nullable: !required, ...more });
const Whole = (minimum: number, maximum: number) => ApiProperty({ type: 'integer', minimum, maximum, required: false, nullable: true });
const Choice = (values: readonly string[], required = false) => ApiProperty({ type: String, enum: [...values], required });

/** The rows of a call. Each is judged on its own and has its own result, so that only their number is checked here. */
const Rows = (row: () => new () => object): PropertyDecorator => {
  const decorators = [
    ApiProperty({ type: row, isArray: true, minItems: 1, maxItems: limits.ingestRows }),
    IsArray(),
    ArrayMinSize(1),
    ArrayMaxSize(limits.ingestRows),
  ];
  return (target, key) => decorators.forEach((decorate) => decorate(target, key));
};

const person = { required: true, description: 'External id of the person, or the name when only one has it' };

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

  @Amount({ description: "In the organisation's currency; the list price of the product when it is missing" })
  value?: string | null;

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
