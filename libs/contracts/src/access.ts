import { ApiProperty } from '@nestjs/swagger';
import { IdField, TextField } from './fields.js';
import { limits } from './limits.js';
import { FeatureFlags } from './settings.js';

export class SignInRequest {
  @TextField({ max: 41, about: "The organisation's short name, as in the address", example: 'hardware' })
  organisation!: string;

  @TextField({ max: limits.email, example: 'admin@waymark.example' })
  email!: string;

  @TextField({ blank: true, max: limits.password.max })
  password!: string;
}

export class SignInAsRequest {
  @TextField({ max: 41, example: 'hardware' })
  organisation!: string;

  @IdField({ about: 'A person of the demo organisation' })
  userId!: string;
}

export class Organisation {
  @ApiProperty({ example: 'hardware' })
  slug!: string;

  @ApiProperty()
  name!: string;

  @ApiProperty({ example: 'Europe/Lisbon' })
  timeZone!: string;

  @ApiProperty({ example: 'USD' })
  currency!: string;

  @ApiProperty()
  demo!: boolean;

  @ApiProperty({ format: 'date', description: "Today by the organisation's clock" })
  today!: string;

  @ApiProperty({ format: 'date-time', description: "Now by the organisation's clock (Q100)" })
  now!: string;
}

/** One restriction in force or proposed, short. */
export class RestrictionSummary {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ enum: ['warning', 'action_block', 'commission_hold', 'account_lock'] })
  kind!: 'warning' | 'action_block' | 'commission_hold' | 'account_lock';

  @ApiProperty({ enum: ['proposed', 'in_force', 'lifted', 'ended', 'dismissed', 'void'] })
  state!: string;

  @ApiProperty({ description: 'What it means in words' })
  title!: string;

  @ApiProperty({ description: 'Name of the gate behind it' })
  gateName!: string;

  @ApiProperty({ format: 'date-time' })
  since!: string;
}

/** Who is signed in and what that person may do now. */
export class Me {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty()
  name!: string;

  @ApiProperty({ type: [String] })
  roles!: string[];

  @ApiProperty({ type: [String] })
  capabilities!: string[];

  @ApiProperty({ type: () => Organisation })
  organisation!: Organisation;

  @ApiProperty({ type: () => FeatureFlags, description: 'Which features the organisation has on' })
  features!: FeatureFlags;

  @ApiProperty({ type: () => [RestrictionSummary] })
  restrictions!: RestrictionSummary[];

  @ApiProperty()
  unreadNotifications!: number;
}

export class Session {
  @ApiProperty({ description: 'Bearer token, valid for minutes' })
  accessToken!: string;

  @ApiProperty({ format: 'date-time' })
  expiresAt!: string;

  @ApiProperty({ type: () => Me })
  me!: Me;
}

/** One of the own sessions: a browser or program that is signed in. */
export class OwnSession {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ description: 'The session that asks' })
  current!: boolean;

  @ApiProperty({ enum: ['password', 'demo', 'outside'], description: 'How it began: with a password, in the demo, or at an outside issuer' })
  kind!: 'password' | 'demo' | 'outside';

  @ApiProperty({ example: 'Firefox on Windows' })
  device!: string;

  @ApiProperty({ type: String, nullable: true, description: 'Network address from which it began', example: '192.0.2.7' })
  address!: string | null;

  @ApiProperty({ format: 'date-time' })
  startedAt!: string;

  @ApiProperty({ format: 'date-time', description: 'Last refresh of its tokens' })
  lastUsedAt!: string;

  @ApiProperty({ format: 'date-time', description: 'When it ends if it is not used' })
  expiresAt!: string;
}

export class OwnSessions {
  @ApiProperty({ type: () => [OwnSession] })
  items!: OwnSession[];
}

export class ChangePasswordRequest {
  @TextField({ blank: true, max: limits.password.max, example: 'the present one' })
  currentPassword!: string;

  @TextField({
    min: limits.password.min,
    blank: true,
    max: limits.password.max,
    about: 'No known password, no row, nothing made of your names',
    example: 'violet kettle sings',
  })
  newPassword!: string;
}

/** The token of a mailed link: what stands behind `#`. */
const TokenField = () =>
  TextField({
    min: 64,
    max: 64,
    pattern: /^[A-Za-z0-9_-]{64}$/,
    must: 'must be the 64 signs behind # in the mailed link',
    about: 'What stands behind # in the mailed link',
  });

const NewPasswordField = () =>
  TextField({
    min: limits.password.min,
    blank: true,
    max: limits.password.max,
    about: 'No known password, no row, nothing made of your names',
    example: 'violet kettle sings',
  });

export class ResetRequest {
  @TextField({ max: 41, about: "The organisation's short name, as in the address", example: 'hardware' })
  organisation!: string;

  @TextField({ max: limits.email, example: 'admin@waymark.example' })
  email!: string;
}

export class ResetConfirmation {
  @TokenField()
  token!: string;

  @NewPasswordField()
  password!: string;
}

export class InvitationQuestion {
  @TokenField()
  token!: string;
}

export class InvitationAcceptance {
  @TokenField()
  token!: string;

  @NewPasswordField()
  password!: string;

  @TextField({ optional: true, max: limits.name, about: 'How you want to be called; without it your name stays as it is' })
  name?: string;
}

/** What an invitation says to the person who holds it. */
export class Invitation {
  @ApiProperty({ description: "The organisation's short name", example: 'hardware' })
  organisation!: string;

  @ApiProperty({ example: 'Hardware Sales' })
  organisationName!: string;

  @ApiProperty()
  name!: string;

  @ApiProperty({ example: 'ada@example.com' })
  email!: string;

  @ApiProperty({ format: 'date-time' })
  expiresAt!: string;
}

export class InvitationSent {
  @ApiProperty({ format: 'date-time', description: 'Until when the link works' })
  expiresAt!: string;
}

export class DemoPerson {
  @ApiProperty({ format: 'uuid' })
  userId!: string;

  @ApiProperty()
  organisation!: string;

  @ApiProperty()
  organisationName!: string;

  @ApiProperty()
  name!: string;

  @ApiProperty({ type: [String] })
  roles!: string[];

  @ApiProperty({ type: String, nullable: true })
  team!: string | null;

  @ApiProperty({ type: [String], description: 'Kinds of restrictions in force' })
  restrictions!: string[];
}

export class DemoPeople {
  @ApiProperty({ description: 'Whether "Sign in as ..." is offered here' })
  enabled!: boolean;

  @ApiProperty({ type: () => [DemoPerson] })
  people!: DemoPerson[];
}

export class Notification {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty()
  code!: string;

  @ApiProperty({ type: 'object', additionalProperties: true })
  params!: Record<string, unknown>;

  @ApiProperty()
  sentence!: string;

  @ApiProperty({ type: String, nullable: true, description: 'Path inside the web app, below the organisation' })
  link!: string | null;

  @ApiProperty({ format: 'date-time' })
  createdAt!: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  readAt!: string | null;
}

export class NotificationPage {
  @ApiProperty({ type: () => [Notification] })
  items!: Notification[];

  @ApiProperty({ type: String, nullable: true })
  nextCursor!: string | null;
}
