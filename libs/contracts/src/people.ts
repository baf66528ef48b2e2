import { ApiProperty } from '@nestjs/swagger';
import { BooleanField, ChoiceField, ChoicesField, DayField, IdField, IntegerField, TextField } from './fields.js';
import { limits } from './limits.js';
import { PageEnd } from './paging.js';
import { Named } from './values.js';

const roles = ['admin', 'leader', 'coach', 'director', 'member', 'founder'] as const;
const membershipRoles = ['member', 'leader'] as const;
const statuses = ['active', 'disabled'] as const;
/** What is taken as an e-mail address. */
export const emailPattern = /^[^\s@,;<>"]{1,64}@[^\s@,;<>"]{1,189}$/;

type Role = (typeof roles)[number];

/** A new person. Without e-mail nobody can sign in as that person. */
export class CreateUser {
  @TextField({ max: limits.name, example: 'Elease Gluck' })
  name!: string;

  @TextField({
    max: limits.email,
    pattern: emailPattern,
    must: 'must be an e-mail address such as elease@acme.example',
    example: 'elease@acme.example',
    optional: true,
    nullable: true,
    about: 'Unique in the organisation, without regard to case',
  })
  email?: string | null;

  @TextField({ max: limits.externalId, optional: true, nullable: true, about: 'Id in the source system, unique in the organisation' })
  externalId?: string | null;

  @DayField({ optional: true, nullable: true, about: 'First day at work' })
  startedOn?: string | null;

  @IntegerField({ min: 1, max: 100, optional: true, about: 'Work fraction in per cent of full time; 100 unless told', example: 80 })
  workPercent?: number;

  @BooleanField({ optional: true, about: 'A machine, not a person' })
  serviceAccount?: boolean;

  @ChoicesField(roles, { optional: true, about: 'Member unless told' })
  roles?: Role[];
}

/** What changes of a person; what is left out stays. */
export class ChangeUser {
  @TextField({ max: limits.name, example: 'Central', optional: true })
  name?: string;

  @TextField({
    max: limits.email,
    pattern: emailPattern,
    must: 'must be an e-mail address such as elease@acme.example',
    example: 'elease@acme.example',
    optional: true,
    nullable: true,
  })
  email?: string | null;

  @TextField({ max: limits.externalId, optional: true, nullable: true })
  externalId?: string | null;

  @DayField({ optional: true, nullable: true })
  startedOn?: string | null;

  @IntegerField({ min: 1, max: 100, optional: true, about: 'Work fraction in per cent of full time', example: 80 })
  workPercent?: number;

  @BooleanField({ optional: true })
  serviceAccount?: boolean;

  @ChoiceField(statuses, { optional: true, about: 'disabled: sessions end at their next request, open items stay' })
  status?: (typeof statuses)[number];
}

export class UserRoles {
  @ChoicesField(roles, { about: 'All roles that the person has from now on' })
  roles!: Role[];
}

export class Membership {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ type: () => Named })
  team!: Named;

  @ApiProperty({ type: () => Named })
  user!: Named;

  @ApiProperty({ enum: membershipRoles })
  role!: (typeof membershipRoles)[number];

  @ApiProperty({ format: 'date', description: 'First day' })
  fromOn!: string;

  @ApiProperty({ type: String, format: 'date', nullable: true, description: 'First day after it; null: until further notice' })
  untilOn!: string | null;

  @ApiProperty({ description: 'Its leader is the manager of the person' })
  primary!: boolean;

  @ApiProperty()
  version!: number;
}

export class MembershipPage extends PageEnd {
  @ApiProperty({ type: () => [Membership] })
  items!: Membership[];
}

export class UserDetail {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ example: 'Elease Gluck' })
  name!: string;

  @ApiProperty({ type: String, nullable: true, description: 'Null for readers who neither manage people nor are this person' })
  email!: string | null;

  @ApiProperty({ type: String, nullable: true })
  externalId!: string | null;

  @ApiProperty({ type: String, format: 'date', nullable: true })
  startedOn!: string | null;

  @ApiProperty({ type: 'integer', description: 'Work fraction in per cent of full time', example: 80 })
  workPercent!: number;

  @ApiProperty()
  serviceAccount!: boolean;

  @ApiProperty({ enum: statuses })
  status!: (typeof statuses)[number];

  @ApiProperty({ enum: roles, isArray: true })
  roles!: Role[];

  @ApiProperty({ type: () => Named, nullable: true, description: 'Leader of the primary team, else of a team above, else an admin' })
  manager!: Named | null;

  @ApiProperty({ type: () => [Membership], description: 'Past, present and coming, newest first' })
  memberships!: Membership[];

  @ApiProperty()
  version!: number;
}

export class CreateTeam {
  @TextField({ max: limits.name, example: 'Central' })
  name!: string;

  @TextField({ max: limits.name, optional: true, nullable: true })
  category?: string | null;

  @TextField({ max: limits.externalId, optional: true, nullable: true })
  externalId?: string | null;

  @IdField({ optional: true, nullable: true, about: 'The team above; none: at the top' })
  parentId?: string | null;
}

export class ChangeTeam {
  @TextField({ max: limits.name, example: 'Central', optional: true })
  name?: string;

  @TextField({ max: limits.name, optional: true, nullable: true })
  category?: string | null;

  @TextField({ max: limits.externalId, optional: true, nullable: true })
  externalId?: string | null;

  @IdField({ optional: true, nullable: true, about: 'Moves the team with everything below it' })
  parentId?: string | null;

  @BooleanField({ optional: true, about: 'An archived team has no members and keeps its history' })
  archived?: boolean;
}

export class TeamDetail {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty()
  name!: string;

  @ApiProperty({ type: String, nullable: true })
  category!: string | null;

  @ApiProperty({ type: String, nullable: true })
  externalId!: string | null;

  @ApiProperty({ type: String, format: 'uuid', nullable: true })
  parentId!: string | null;

  @ApiProperty()
  archived!: boolean;

  @ApiProperty()
  version!: number;
}

export class CreateMembership {
  @IdField()
  userId!: string;

  @ChoiceField(membershipRoles)
  role!: (typeof membershipRoles)[number];

  @DayField({ about: 'First day' })
  fromOn!: string;

  @DayField({ optional: true, nullable: true, about: 'First day after it' })
  untilOn?: string | null;

  @BooleanField({ optional: true, about: 'One primary team at a time' })
  primary?: boolean;
}

export class ChangeMembership {
  @ChoiceField(membershipRoles, { optional: true })
  role?: (typeof membershipRoles)[number];

  @DayField({ optional: true })
  fromOn?: string;

  @DayField({ optional: true, nullable: true })
  untilOn?: string | null;

  @BooleanField({ optional: true })
  primary?: boolean;
}

export class PermissionRow {
  @ApiProperty({ example: 'deals.read' })
  capability!: string;

  @ApiProperty({ example: 'See pipeline items' })
  about!: string;

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'string' },
    description: 'Scope by role; a role that is missing may not',
    example: { admin: 'tenant', leader: 'team', member: 'self' },
  })
  scopes!: Record<string, string>;
}

export class PermissionTable {
  @ApiProperty({ enum: roles, isArray: true })
  roles!: Role[];

  @ApiProperty({ type: () => [PermissionRow] })
  items!: PermissionRow[];
}
