import { ApiProperty } from '@nestjs/swagger';
import { DayField, IdField, TextField } from './fields.js';
import { limits } from './limits.js';
import { PageEnd, PageQuery } from './paging.js';
import { Named } from './values.js';

/** A programme in which companies take part. Both of its days belong to it. */
export class Programme {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ type: String, nullable: true, description: 'What another system calls it' })
  externalId!: string | null;

  @ApiProperty()
  name!: string;

  @ApiProperty({ format: 'date' })
  startsOn!: string;

  @ApiProperty({ type: String, format: 'date', nullable: true, description: 'Null: without end' })
  endsOn!: string | null;

  @ApiProperty({ description: 'How many companies ever took part' })
  companies!: number;

  @ApiProperty({ type: String, nullable: true })
  note!: string | null;

  @ApiProperty({ type: String, nullable: true })
  recordedBy!: string | null;

  @ApiProperty()
  version!: number;
}

export class ProgrammePage extends PageEnd {
  @ApiProperty({ type: () => [Programme] })
  items!: Programme[];
}

export class CreateProgramme {
  @TextField({ optional: true, max: limits.externalId })
  externalId?: string;

  @TextField({ max: limits.name })
  name!: string;

  @DayField()
  startsOn!: string;

  @DayField({ optional: true, nullable: true, about: 'The last day that belongs to it' })
  endsOn?: string | null;

  @TextField({ optional: true, nullable: true, max: limits.text })
  note?: string | null;
}

/** What is left out stays. */
export class ChangeProgramme {
  @TextField({ max: limits.name, optional: true })
  name?: string;

  @DayField({ optional: true })
  startsOn?: string;

  @DayField({ optional: true, nullable: true })
  endsOn?: string | null;

  @TextField({ optional: true, nullable: true, max: limits.text })
  note?: string | null;
}

export class EnrolmentQuery extends PageQuery {
  @IdField({ optional: true })
  companyId?: string;

  @IdField({ optional: true })
  programmeId?: string;
}

/** The days on which a company takes part in a programme. Both days belong to it (Q54). */
export class Enrolment {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ type: String, nullable: true, description: 'What another system calls it' })
  externalId!: string | null;

  @ApiProperty({ type: () => Named })
  programme!: Named;

  @ApiProperty({ type: () => Named })
  company!: Named;

  @ApiProperty({ format: 'date' })
  fromOn!: string;

  @ApiProperty({ type: String, format: 'date', nullable: true, description: 'Null: without end' })
  untilOn!: string | null;

  @ApiProperty({ type: String, nullable: true })
  note!: string | null;

  @ApiProperty({ type: String, nullable: true })
  recordedBy!: string | null;

  @ApiProperty()
  version!: number;
}

export class EnrolmentPage extends PageEnd {
  @ApiProperty({ type: () => [Enrolment] })
  items!: Enrolment[];
}

export class CreateEnrolment {
  @TextField({ optional: true, max: limits.externalId })
  externalId?: string;

  @IdField()
  programmeId!: string;

  @IdField()
  companyId!: string;

  @DayField()
  fromOn!: string;

  @DayField({ optional: true, nullable: true, about: 'The last day that belongs to it' })
  untilOn?: string | null;

  @TextField({ optional: true, nullable: true, max: limits.text })
  note?: string | null;
}

/** What is left out stays. */
export class ChangeEnrolment {
  @DayField({ optional: true })
  fromOn?: string;

  @DayField({ optional: true, nullable: true })
  untilOn?: string | null;

  @TextField({ optional: true, nullable: true, max: limits.text })
  note?: string | null;
}
