import { ApiProperty } from '@nestjs/swagger';
import { CorrectedFact, FactQuery, RecordedFact, VersionedFact } from './facts.js';
import { ChoiceField, DayField, DecimalField, IdField, InstantField, IntegerField, PartField, TextField } from './fields.js';
import { limits } from './limits.js';
import { PageEnd } from './paging.js';
import { Money, Named } from './values.js';

export const taskStates = ['open', 'done', 'dropped'] as const;
export const interactionKinds = ['call', 'meeting', 'email', 'message', 'workshop', 'visit'] as const;

export type TaskState = (typeof taskStates)[number];
export type InteractionKind = (typeof interactionKinds)[number];

// ---- tasks

export class TaskQuery extends FactQuery {
  @ChoiceField(taskStates, { optional: true })
  state?: TaskState;
}

/** Something that somebody is to do. */
export class Task extends VersionedFact {
  @ApiProperty()
  title!: string;

  @ApiProperty({ type: () => Named, nullable: true })
  company!: Named | null;

  @ApiProperty({ format: 'date-time' })
  openedAt!: string;

  @ApiProperty({ type: String, format: 'date', nullable: true })
  dueOn!: string | null;

  @ApiProperty({ enum: taskStates })
  state!: TaskState;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  doneAt!: string | null;

  @ApiProperty({ type: Number, nullable: true, description: 'Percent, by the latest update; null when nobody told' })
  progress!: number | null;
}

export class TaskPage extends PageEnd {
  @ApiProperty({ type: () => [Task] })
  items!: Task[];
}

export class CreateTask extends RecordedFact {
  @TextField({ max: limits.name })
  title!: string;

  @IdField({ optional: true })
  companyId?: string;

  @DayField({ optional: true, about: 'Days ahead are welcome' })
  dueOn?: string;

  @ChoiceField(taskStates, { optional: true, about: 'open unless told' })
  state?: TaskState;

  @InstantField({ optional: true, about: 'When it was done; now unless told, never later' })
  doneAt?: string;
}

/** What was wrong or became known; what is left out stays. */
export class CorrectTask extends CorrectedFact {
  @TextField({ max: limits.name, optional: true })
  title?: string;

  @DayField({ optional: true, nullable: true })
  dueOn?: string | null;

  @ChoiceField(taskStates, { optional: true })
  state?: TaskState;

  @InstantField({ optional: true })
  doneAt?: string;
}

// ---- updates of progress

export class TaskUpdateQuery extends FactQuery {
  @IdField({ optional: true })
  taskId?: string;
}

/** How far a task was at an instant. It belongs to the owner of the task. */
export class TaskUpdate extends VersionedFact {
  @ApiProperty({ type: () => Named })
  task!: Named;

  @ApiProperty({ type: () => Named, nullable: true })
  company!: Named | null;

  @ApiProperty({ format: 'date-time' })
  toldAt!: string;

  @ApiProperty({ minimum: 0, maximum: 100 })
  progress!: number;
}

export class TaskUpdatePage extends PageEnd {
  @ApiProperty({ type: () => [TaskUpdate] })
  items!: TaskUpdate[];
}

export class CreateTaskUpdate {
  @TextField({ optional: true, max: limits.externalId })
  externalId?: string;

  @IdField({ about: 'A task that you may change' })
  taskId!: string;

  @IntegerField({ min: 0, max: 100, about: 'Percent' })
  progress!: number;

  @InstantField({ optional: true, about: 'Now unless told; never later' })
  toldAt?: string;

  @TextField({ optional: true, nullable: true, max: limits.text })
  note?: string | null;
}

/** What was wrong; what is left out stays. */
export class CorrectTaskUpdate {
  @IntegerField({ min: 0, max: 100, optional: true })
  progress?: number;

  @InstantField({ optional: true })
  toldAt?: string;

  @TextField({ optional: true, nullable: true, max: limits.text })
  note?: string | null;
}

// ---- interactions

export class InteractionQuery extends FactQuery {
  @ChoiceField(interactionKinds, { optional: true })
  kind?: InteractionKind;
}

/** A touch point with a company. */
export class Interaction extends VersionedFact {
  @ApiProperty({ type: () => Named })
  company!: Named;

  @ApiProperty({ enum: interactionKinds })
  kind!: InteractionKind;

  @ApiProperty({ format: 'date-time' })
  occurredAt!: string;

  @ApiProperty()
  topic!: string;
}

export class InteractionPage extends PageEnd {
  @ApiProperty({ type: () => [Interaction] })
  items!: Interaction[];
}

export class CreateInteraction extends RecordedFact {
  @IdField()
  companyId!: string;

  @ChoiceField(interactionKinds)
  kind!: InteractionKind;

  @InstantField({ optional: true, about: 'Now unless told; never later' })
  occurredAt?: string;

  @TextField({ max: limits.name })
  topic!: string;
}

/** What was wrong; what is left out stays. */
export class CorrectInteraction extends CorrectedFact {
  @ChoiceField(interactionKinds, { optional: true })
  kind?: InteractionKind;

  @InstantField({ optional: true })
  occurredAt?: string;

  @TextField({ max: limits.name, optional: true })
  topic?: string;
}

// ---- updates of companies

/** What a company tells of itself as of a day. A figure that nobody told is null, which is not zero. */
export class CompanyUpdate extends VersionedFact {
  @ApiProperty({ type: () => Named })
  company!: Named;

  @ApiProperty({ format: 'date' })
  asOfOn!: string;

  @ApiProperty({ type: Number, nullable: true })
  payingCustomers!: number | null;

  @ApiProperty({ type: () => Money, nullable: true, description: 'Yearly recurring revenue' })
  arr!: Money | null;

  @ApiProperty({ type: String, nullable: true, description: 'Percent, exact', example: '97.5' })
  retention!: string | null;

  @ApiProperty({ type: () => Money, nullable: true, description: 'Cost of winning a customer' })
  cac!: Money | null;

  @ApiProperty({ type: () => Money, nullable: true })
  avgDealSize!: Money | null;
}

export class CompanyUpdatePage extends PageEnd {
  @ApiProperty({ type: () => [CompanyUpdate] })
  items!: CompanyUpdate[];
}

export class CreateCompanyUpdate extends RecordedFact {
  @IdField()
  companyId!: string;

  @DayField({ optional: true, about: 'Today unless told; never later' })
  asOfOn?: string;

  @IntegerField({ min: 0, max: 2_000_000_000, optional: true })
  payingCustomers?: number;

  @PartField(() => Money, { optional: true })
  arr?: Money;

  @DecimalField({ decimals: 4, optional: true, about: 'Percent: 97.5 means 97.5 %', example: '97.5' })
  retention?: string;

  @PartField(() => Money, { optional: true })
  cac?: Money;

  @PartField(() => Money, { optional: true })
  avgDealSize?: Money;
}

/** What was wrong; what is left out stays, null takes a figure away. */
export class CorrectCompanyUpdate extends CorrectedFact {
  @DayField({ optional: true })
  asOfOn?: string;

  @IntegerField({ min: 0, max: 2_000_000_000, optional: true, nullable: true })
  payingCustomers?: number | null;

  @PartField(() => Money, { optional: true, nullable: true })
  arr?: Money | null;

  @DecimalField({ decimals: 4, optional: true, nullable: true, example: '97.5' })
  retention?: string | null;

  @PartField(() => Money, { optional: true, nullable: true })
  cac?: Money | null;

  @PartField(() => Money, { optional: true, nullable: true })
  avgDealSize?: Money | null;
}
