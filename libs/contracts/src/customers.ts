import { ApiProperty } from '@nestjs/swagger';
import { CorrectedFact, RecordedFact, VersionedFact } from './facts.js';
import { ChoiceField, DayField, IdField, InstantField, IntegerField, PartField, TextField } from './fields.js';
import { limits } from './limits.js';
import { PageEnd } from './paging.js';
import { Money, Named } from './values.js';

export const arrMovementKinds = ['new', 'expansion', 'contraction', 'churn', 'reactivation', 'handover'] as const;
export const renewalOutcomes = ['open', 'renewed', 'lost'] as const;
export const surveyKinds = ['nps'] as const;

export type ArrMovementKind = (typeof arrMovementKinds)[number];
export type RenewalOutcome = (typeof renewalOutcomes)[number];
export type SurveyKind = (typeof surveyKinds)[number];

// ---- recurring revenue

/** A movement of a customer's yearly recurring revenue. */
export class ArrMovement extends VersionedFact {
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

export class CreateArrMovement extends RecordedFact {
  @IdField()
  companyId!: string;

  @InstantField({ optional: true, about: 'Now unless told; never later' })
  occurredAt?: string;

  @ChoiceField(arrMovementKinds, { about: 'handover: another owner, no money' })
  kind!: ArrMovementKind;

  @PartField(() => Money, { about: 'Signed: negative for contraction and churn, 0 for a handover, else positive' })
  amount!: Money;
}

/** What was wrong; what is left out stays. */
export class CorrectArrMovement extends CorrectedFact {
  @InstantField({ optional: true })
  occurredAt?: string;

  @ChoiceField(arrMovementKinds, { optional: true })
  kind?: ArrMovementKind;

  @PartField(() => Money, { optional: true })
  amount?: Money;
}

// ---- renewals

/** A contract that comes up for renewal, and what became of it. */
export class Renewal extends VersionedFact {
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

export class CreateRenewal extends RecordedFact {
  @IdField()
  companyId!: string;

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
export class CorrectRenewal extends CorrectedFact {
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
export class SurveyResponse extends VersionedFact {
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

export class CreateSurveyResponse extends RecordedFact {
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

  @InstantField({ optional: true, about: 'Now unless told; never later' })
  answeredAt?: string;
}

/** What was wrong; what is left out stays. */
export class CorrectSurveyResponse extends CorrectedFact {
  @IntegerField({ min: 0, max: 10, optional: true })
  score?: number;

  @TextField({ optional: true, max: limits.email })
  contact?: string;

  @InstantField({ optional: true })
  answeredAt?: string;
}
