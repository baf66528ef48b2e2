import { ApiProperty } from '@nestjs/swagger';
import { ChoiceField, DayField, IdField, InstantField, IntegerField, TextField } from './fields.js';
import { limits } from './limits.js';
import { PageEnd, PageQuery } from './paging.js';
import { Named } from './values.js';

const types = ['call', 'meeting', 'email', 'qbr'] as const;
const outcomes = ['completed', 'no_show', 'cancelled', 'rescheduled'] as const;

export type ActivityKind = (typeof types)[number];
export type ActivityResult = (typeof outcomes)[number];

/** Days of seconds: a duration is at most one. */
const longest = 86_400;

export class ActivityQuery extends PageQuery {
  @IdField({ optional: true })
  ownerId?: string;

  @ChoiceField(types, { optional: true })
  type?: ActivityKind;

  @ChoiceField([...outcomes, 'open'], { optional: true, about: 'open: it has no outcome yet' })
  outcome?: ActivityResult | 'open';

  @IdField({ optional: true })
  companyId?: string;

  @DayField({ optional: true, about: 'First day on which it was completed, or was to be, in the zone of the organisation' })
  from?: string;

  @DayField({ optional: true, about: 'Last such day' })
  to?: string;
}

/** A call, meeting, e-mail or QBR as it is known now (SRC-02). */
export class Activity {
  @ApiProperty({ format: 'uuid', description: 'Stays the same when the activity is corrected' })
  id!: string;

  @ApiProperty({ type: String, nullable: true })
  externalId!: string | null;

  @ApiProperty({ enum: types })
  type!: ActivityKind;

  @ApiProperty({ type: () => Named })
  owner!: Named;

  @ApiProperty({ type: () => Named, nullable: true })
  company!: Named | null;

  @ApiProperty({ type: () => Named, nullable: true, description: 'The lead or deal it was about' })
  item!: Named | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  scheduledAt!: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  completedAt!: string | null;

  @ApiProperty({ type: String, enum: [...outcomes, null], nullable: true, description: 'Null: none yet' })
  outcome!: ActivityResult | null;

  @ApiProperty({ type: Number, nullable: true })
  durationSeconds!: number | null;

  @ApiProperty({ type: String, nullable: true })
  note!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'Who recorded this version' })
  recordedBy!: string | null;

  @ApiProperty({ format: 'date-time', description: 'Since when it is known as it stands here' })
  knownAt!: string;

  @ApiProperty()
  version!: number;
}

export class ActivityPage extends PageEnd {
  @ApiProperty({ type: () => [Activity] })
  items!: Activity[];
}

/** What may be said about an activity besides its type and owner. */
class ActivityDetails {
  @IdField({ optional: true, nullable: true })
  companyId?: string | null;

  @IdField({ optional: true, nullable: true, about: 'A lead or deal that you may see' })
  itemId?: string | null;

  @InstantField({ optional: true, nullable: true, about: 'When it is to happen; may lie ahead' })
  scheduledAt?: string | null;

  @InstantField({ optional: true, nullable: true, about: 'When it happened, never later than now' })
  completedAt?: string | null;

  @ChoiceField(outcomes, { optional: true, nullable: true, about: 'completed needs completedAt, and completedAt means completed' })
  outcome?: ActivityResult | null;

  @IntegerField({ optional: true, nullable: true, min: 0, max: longest })
  durationSeconds?: number | null;

  @TextField({ optional: true, nullable: true, max: limits.text, about: 'What the record rests on' })
  note?: string | null;
}

export class CreateActivity extends ActivityDetails {
  @ChoiceField(types)
  type!: ActivityKind;

  @IdField({ optional: true, about: 'Oneself unless told' })
  ownerId?: string;

  @TextField({ optional: true, max: limits.externalId })
  externalId?: string;
}

/** What was wrong; what is left out stays. The version before it is kept. */
export class CorrectActivity extends ActivityDetails {
  @ChoiceField(types, { optional: true })
  type?: ActivityKind;

  @IdField({ optional: true })
  ownerId?: string;
}
