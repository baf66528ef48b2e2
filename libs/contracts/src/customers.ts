import { ApiProperty } from '@nestjs/swagger';
import { ChoiceField, DayField, IdField, InstantField, IntegerField, PartField, TextField } from './fields.js';
import { limits } from './limits.js';
import { PageEnd, PageQuery } from './paging.js';
import { Money, Named } from './values.js';

export const arrMovementKinds = ['new', 'expansion', 'contraction', 'churn', 'reactivation', 'handover'] as const;
export const renewalOutcomes = ['open', 'renewed', 'lost'] as const;
export const surveyKinds = ['nps'] as const;

export type ArrMovementKind = (typeof arrMovementKinds)[number];
export type RenewalOutcome = (typeof renewalOutcomes)[number];
export type SurveyKind = (typeof surveyKinds)[number];

export class CustomerFactQuery extends PageQuery {
  @IdField({ optional: true })
  ownerId?: string;

  @IdField({ optional: true })
  companyId?: string;
}

/** What every fact about a customer carries. The id stays through corrections; each correction is a version. */
class CustomerFact {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ type: String, nullable: true })
  externalId!: string | null;

  @ApiProperty({ type: () => Named })
  owner!: Named;

  @ApiProperty({ format: 'date-time', description: 'Since when this version is known' })
  knownAt!: string;

  @ApiProperty()
  version!: number;
}

// ---- recurring revenue

/** A movement of a customer's yearly recurring revenue. */
export class ArrMovement extends CustomerFact {
  @ApiProperty({ type: () => Named })
  company!: Named;

  @ApiProperty({ format: 'date-time' })
  occurredAt!: string;

  @ApiProperty({ enum: arrMovementKinds, description: 'handover: another owner, no money' })
  kind!: ArrMovementKind;

  @ApiProperty({ type: () => Money, description: 'Signed: contraction and churn are negative' })
  amount!: Money;
}

export class ArrMovementPage extends PageEnd {
  @ApiProperty({ type: () => [ArrMovement] })
  items!: ArrMovement[];
}

export class CreateArrMovement {
  @TextField({ optional: true, max: limits.externalId })
  externalId?: string;

  @IdField()
  companyId!: string;

  @IdField({ optional: true, about: 'Yourself unless told' })
  ownerId?: string;

  @InstantField({ optional: true, about: 'Now unless told; never later' })
  occurredAt?: string;

  @ChoiceField(arrMovementKinds, { about: 'handover: another owner, no money' })
  kind!: ArrMovementKind;

  @PartField(() => Money, { about: 'Signed: negative for contraction and churn, 0 for a handover, else positive' })
  amount!: Money;
}

/** What was wrong; what is left out stays. */
export class CorrectArrMovement {
  @IdField({ optional: true })
  ownerId?: string;

  @InstantField({ optional: true })
  occurredAt?: string;

  @ChoiceField(arrMovementKinds, { optional: true })
  kind?: ArrMovementKind;

  @PartField(() => Money, { optional: true })
  amount?: Money;
}

// ---- renewals

/** A contract that comes up for renewal, and what became of it. */
export class Renewal extends CustomerFact {
  @ApiProperty({ type: () => Named })
  company!: Named;

  @ApiProperty({ format: 'date', description: 'It counts in the period of this day, also when it was decided earlier' })
  dueOn!: string;

  @ApiProperty({ enum: renewalOutcomes })
  outcome!: RenewalOutcome;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  decidedAt!: string | null;

  @ApiProperty({ type: () => Money, nullable: true })
  amount!: Money | null;
}

export class RenewalPage extends PageEnd {
  @ApiProperty({ type: () => [Renewal] })
  items!: Renewal[];
}

export class CreateRenewal {
  @TextField({ optional: true, max: limits.externalId })
  externalId?: string;

  @IdField()
  companyId!: string;

  @IdField({ optional: true, about: 'Yourself unless told' })
  ownerId?: string;

  @DayField({ about: 'The day on which it is due; days ahead are welcome' })
  dueOn!: string;

  @ChoiceField(renewalOutcomes, { optional: true, about: 'open unless told' })
  outcome?: RenewalOutcome;

  @InstantField({ optional: true, about: 'When it was renewed or lost; the due day, at the latest now, unless told' })
  decidedAt?: string;

  @PartField(() => Money, { optional: true })
  amount?: Money;
}

/** What was wrong or became known; what is left out stays. */
export class CorrectRenewal {
  @IdField({ optional: true })
  ownerId?: string;

  @DayField({ optional: true })
  dueOn?: string;

  @ChoiceField(renewalOutcomes, { optional: true })
  outcome?: RenewalOutcome;

  @InstantField({ optional: true })
  decidedAt?: string;

  @PartField(() => Money, { optional: true, nullable: true })
  amount?: Money | null;
}

// ---- surveys

/** An answer of a contact to a survey. */
export class SurveyResponse extends CustomerFact {
  @ApiProperty({ enum: surveyKinds })
  kind!: SurveyKind;

  @ApiProperty({ minimum: 0, maximum: 10 })
  score!: number;

  @ApiProperty({ description: 'Who answered, in small letters: the last answer of each counts', example: 'mia@acme.example' })
  contact!: string;

  @ApiProperty({ type: () => Named, nullable: true })
  company!: Named | null;

  @ApiProperty({ format: 'date-time' })
  answeredAt!: string;
}

export class SurveyResponsePage extends PageEnd {
  @ApiProperty({ type: () => [SurveyResponse] })
  items!: SurveyResponse[];
}

export class CreateSurveyResponse {
  @TextField({ optional: true, max: limits.externalId })
  externalId?: string;

  @ChoiceField(surveyKinds)
  kind!: SurveyKind;

  @IntegerField({ min: 0, max: 10 })
  score!: number;

  @TextField({
    max: limits.email,
    about: 'Who answered: an address or a number of your own; large and small letters are the same',
    example: 'mia@acme.example',
  })
  contact!: string;

  @IdField({ optional: true })
  companyId?: string;

  @IdField({ optional: true, about: 'Whose customer it is; yourself unless told' })
  ownerId?: string;

  @InstantField({ optional: true, about: 'Now unless told; never later' })
  answeredAt?: string;
}

/** What was wrong; what is left out stays. */
export class CorrectSurveyResponse {
  @IntegerField({ min: 0, max: 10, optional: true })
  score?: number;

  @TextField({ optional: true, max: limits.email })
  contact?: string;

  @IdField({ optional: true })
  ownerId?: string;

  @InstantField({ optional: true })
  answeredAt?: string;
}
