import { Amount, Choice, company, Day, Instant, person, Rows, Text, Whole } from './ingest-fields.js';
import { limits } from './limits.js';
import { interactionKinds, taskStates } from './work.js';

/** A list of partners that a lead gave, as it stands. A due day that moves keeps its history. */
export class IngestPartnerList {
  @Text(limits.externalId, { required: true, example: 'list-12' })
  externalId!: string;

  @Text(limits.externalId, { required: true, description: 'External id of the lead, or its name when only one has it', example: 'crm-4711' })
  item!: string;

  @Text(limits.key, { description: 'External id of the person, or the name when only one has it; the owner of the lead unless told' })
  owner?: string | null;

  @Text(limits.name, { description: 'The name of the lead unless told' })
  name?: string | null;

  @Whole(0, 1_000_000)
  partnerListSize?: number | null;

  @Day({ description: 'Today unless told, or the day on which it was sent or closed' })
  openedOn?: string | null;

  @Day({ description: 'Days ahead are welcome' })
  partnerListDueDate?: string | null;

  @Day({ description: 'Never later than today' })
  partnerListSentDate?: string | null;

  @Day({ description: 'Given up on this day; never later than today' })
  closedOn?: string | null;

  @Text(limits.text)
  note?: string | null;
}

export class IngestTask {
  @Text(limits.externalId, { required: true, example: 'task-88' })
  externalId!: string;

  @Text(limits.name, { required: true })
  title!: string;

  @Text(limits.key, { ...person, example: 'moses-frase' })
  owner!: string;

  @Text(limits.key, company)
  company?: string | null;

  @Instant({ description: 'When it was done, else now, unless told; never later than now' })
  openedAt?: string | null;

  @Day({ description: 'Days ahead are welcome' })
  dueOn?: string | null;

  @Choice(taskStates)
  state?: string;

  @Instant({ description: 'Of a task that is done; now unless told, never later' })
  doneAt?: string | null;

  @Text(limits.text)
  note?: string | null;
}

/** How far a task was at an instant. It belongs to the owner of the task. */
export class IngestTaskUpdate {
  @Text(limits.externalId, { required: true, example: 'task-88-week-12' })
  externalId!: string;

  @Text(limits.name, { required: true, description: 'External id of the task, or its title when only one has it', example: 'task-88' })
  task!: string;

  @Instant({ required: true, description: 'Never later than now' })
  toldAt!: string;

  @Whole(0, 100, { required: true, description: 'Percent' })
  progress!: number;

  @Text(limits.text)
  note?: string | null;
}

/** A touch point with a company. */
export class IngestInteraction {
  @Text(limits.externalId, { required: true, example: 'visit-204' })
  externalId!: string;

  @Text(limits.key, { required: true, ...company })
  company!: string;

  @Text(limits.key, { ...person, example: 'moses-frase' })
  owner!: string;

  @Choice(interactionKinds, true)
  kind!: string;

  @Instant({ required: true, description: 'Never later than now' })
  occurredAt!: string;

  @Text(limits.name, { required: true })
  topic!: string;

  @Text(limits.text)
  note?: string | null;
}

/** What a company tells of itself as of a day: at least one figure, or a note. What nobody told stays unknown; it is never zero. */
export class IngestCompanyUpdate {
  @Text(limits.externalId, { required: true, example: 'update-17-2026-03' })
  externalId!: string;

  @Text(limits.key, { required: true, ...company })
  company!: string;

  @Text(limits.key, { ...person, example: 'moses-frase' })
  owner!: string;

  @Day({ required: true, description: 'Never later than today' })
  asOfOn!: string;

  @Whole(0, 2_000_000_000)
  payingCustomers?: number | null;

  @Amount({ description: 'Yearly recurring revenue' })
  arr?: string | null;

  @Text(12, { description: 'Percent with at most four places', example: '97.5' })
  retention?: string | null;

  @Amount({ description: 'Cost of winning a customer' })
  cac?: string | null;

  @Amount()
  avgDealSize?: string | null;

  @Text(limits.text)
  note?: string | null;
}

/** A programme in which companies take part. One without this external id that has the name is taken to be it. */
export class IngestProgramme {
  @Text(limits.externalId, { required: true, example: 'spring-2026' })
  externalId!: string;

  @Text(limits.name, { required: true })
  name!: string;

  @Day({ required: true })
  startsOn!: string;

  @Day({ description: 'The last day that belongs to it' })
  endsOn?: string | null;

  @Text(limits.text)
  note?: string | null;
}

/** The days on which a company takes part in a programme; once at a time in each. */
export class IngestEnrolment {
  @Text(limits.externalId, { required: true, example: 'spring-2026-acme' })
  externalId!: string;

  @Text(limits.externalId, { required: true, description: 'External id or name of the programme', example: 'spring-2026' })
  programme!: string;

  @Text(limits.key, { required: true, ...company })
  company!: string;

  @Day({ required: true })
  fromOn!: string;

  @Day({ description: 'The last day that belongs to it' })
  untilOn?: string | null;

  @Text(limits.text)
  note?: string | null;
}

export class IngestPartnerLists {
  @Rows(() => IngestPartnerList)
  rows!: IngestPartnerList[];
}

export class IngestTasks {
  @Rows(() => IngestTask)
  rows!: IngestTask[];
}

export class IngestTaskUpdates {
  @Rows(() => IngestTaskUpdate)
  rows!: IngestTaskUpdate[];
}

export class IngestInteractions {
  @Rows(() => IngestInteraction)
  rows!: IngestInteraction[];
}

export class IngestCompanyUpdates {
  @Rows(() => IngestCompanyUpdate)
  rows!: IngestCompanyUpdate[];
}

export class IngestProgrammes {
  @Rows(() => IngestProgramme)
  rows!: IngestProgramme[];
}

export class IngestEnrolments {
  @Rows(() => IngestEnrolment)
  rows!: IngestEnrolment[];
}
