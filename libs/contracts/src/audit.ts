import { ApiProperty } from '@nestjs/swagger';
import { ChoiceField, IdField, InstantField, TextField } from './fields.js';
import { PageEnd, PageQuery } from './paging.js';

/** Which part of the trail is wanted; filters add up. */
export class AuditQuery extends PageQuery {
  @TextField({ max: 120, optional: true, about: 'What was done, for example goal.changed; a noun alone takes all of it' })
  action?: string;

  @IdField({ optional: true, about: 'Who acted' })
  actorId?: string;

  @IdField({ optional: true, about: 'Whom it concerned' })
  subjectId?: string;

  @TextField({ max: 60, optional: true, about: 'Kind of thing, for example goal' })
  objectType?: string;

  @TextField({ max: 60, optional: true, about: 'Id of the thing' })
  objectId?: string;

  @InstantField({ optional: true, about: 'From this instant on, real time' })
  from?: string;

  @InstantField({ optional: true, about: 'Before this instant, real time' })
  to?: string;

  @ChoiceField(['json', 'csv'], { optional: true, about: 'csv: all lines as a file, at most 10,000' })
  format?: 'json' | 'csv';
}

export class AuditPerson {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty()
  name!: string;
}

/** One line of the audit trail. */
export class AuditEvent {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ format: 'date-time', description: 'Real time, also where the organisation has a clock of its own' })
  at!: string;

  @ApiProperty({ type: AuditPerson, nullable: true, description: 'Null: the system' })
  actor!: AuditPerson | null;

  @ApiProperty({ example: 'goal.changed' })
  action!: string;

  @ApiProperty({ example: 'goal' })
  objectType!: string;

  @ApiProperty({ type: String, nullable: true })
  objectId!: string | null;

  @ApiProperty({ type: AuditPerson, nullable: true, description: 'Whom it concerned' })
  subject!: AuditPerson | null;

  @ApiProperty({ type: Object, nullable: true, additionalProperties: true })
  before!: Record<string, unknown> | null;

  @ApiProperty({ type: Object, nullable: true, additionalProperties: true })
  after!: Record<string, unknown> | null;

  @ApiProperty({ type: String, nullable: true })
  reason!: string | null;

  @ApiProperty()
  requestId!: string;

  @ApiProperty({ description: 'Place in the chain' })
  seq!: number;

  @ApiProperty({ description: 'SHA-256 over the line and the one before' })
  hash!: string;
}

export class AuditPage extends PageEnd {
  @ApiProperty({ type: [AuditEvent] })
  items!: AuditEvent[];
}

export class AuditFault {
  @ApiProperty({ type: Number, nullable: true })
  seq!: number | null;

  @ApiProperty()
  fault!: string;
}

/** Whether the trail is whole. */
export class AuditChain {
  @ApiProperty({ description: 'Lines sealed so far' })
  events!: number;

  @ApiProperty({ type: String, nullable: true, description: 'Hash of the last line; note it elsewhere to prove the whole trail later' })
  hash!: string | null;

  @ApiProperty()
  whole!: boolean;

  @ApiProperty({ type: [AuditFault], description: 'What does not fit, at most 20' })
  faults!: AuditFault[];
}

/** Somebody looked at one's restriction. */
export class RestrictionRead {
  @ApiProperty({ format: 'date-time' })
  at!: string;

  @ApiProperty({ type: AuditPerson, nullable: true })
  by!: AuditPerson | null;

  @ApiProperty({ format: 'uuid' })
  restrictionId!: string;
}

export class RestrictionReads extends PageEnd {
  @ApiProperty({ type: [RestrictionRead] })
  items!: RestrictionRead[];
}
