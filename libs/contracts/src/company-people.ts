import { ApiProperty } from '@nestjs/swagger';
import { ChoiceField, DayField, IdField, TextField } from './fields.js';
import { limits } from './limits.js';
import { PageEnd, PageQuery } from './paging.js';
import { Named } from './values.js';

/** What a person may be to a company (Q53). */
export const companyRoles = ['coach', 'member'] as const;
export type CompanyRole = (typeof companyRoles)[number];
/** Where an assignment stands today. */
export const assignmentStates = ['current', 'coming', 'past'] as const;
export type AssignmentState = (typeof assignmentStates)[number];

export class CompanyPeopleQuery extends PageQuery {
  @ChoiceField(companyRoles, { optional: true })
  role?: CompanyRole;

  @ChoiceField(assignmentStates, { optional: true, about: 'As of today; all of them unless told' })
  state?: AssignmentState;
}

/** What a person is to a company, and on which days (SRC-01). */
export class CompanyPerson {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ type: () => Named })
  company!: Named;

  @ApiProperty({ type: () => Named })
  user!: Named;

  @ApiProperty({ enum: companyRoles })
  role!: CompanyRole;

  @ApiProperty({ format: 'date', description: 'First day' })
  fromOn!: string;

  @ApiProperty({
    type: String,
    format: 'date',
    nullable: true,
    description: 'First day after it; null: until further notice. The same as fromOn: taken back before it took effect',
  })
  untilOn!: string | null;

  @ApiProperty({ enum: assignmentStates, description: 'As of today' })
  state!: AssignmentState;

  @ApiProperty({ type: String, nullable: true })
  note!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'Who assigned the person' })
  recordedBy!: string | null;

  @ApiProperty()
  version!: number;
}

export class CompanyPersonPage extends PageEnd {
  @ApiProperty({ type: () => [CompanyPerson] })
  items!: CompanyPerson[];
}

export class AssignCompanyPerson {
  @IdField()
  userId!: string;

  @ChoiceField(companyRoles)
  role!: CompanyRole;

  @DayField({ optional: true, about: 'First day; today unless told' })
  fromOn?: string;

  @DayField({ optional: true, nullable: true, about: 'First day after it' })
  untilOn?: string | null;

  @TextField({ optional: true, nullable: true, max: limits.text })
  note?: string | null;
}

/** What is left out stays. Ended by `untilOn`, taken up again by `untilOn: null`. */
export class ChangeCompanyPerson {
  @DayField({ optional: true })
  fromOn?: string;

  @DayField({ optional: true, nullable: true, about: 'First day after it; null takes it up again' })
  untilOn?: string | null;

  @TextField({ optional: true, nullable: true, max: limits.text })
  note?: string | null;
}
