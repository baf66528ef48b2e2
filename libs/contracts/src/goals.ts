import { ApiProperty } from '@nestjs/swagger';
import { ChoiceField, DayField, DecimalField, IdField, InstantField, IntegerField, TextField } from './fields.js';
import { limits } from './limits.js';
import { PageEnd, PageQuery } from './paging.js';
import { MetricValue } from './values.js';

const periodKinds = ['monthly', 'quarterly', 'annual'] as const;
const periodStates = ['planning', 'active', 'completed'] as const;
const goalStatuses = ['on_track', 'at_risk', 'behind', 'achieved', 'exceeded'] as const;
const goalStates = ['active', 'cancelled'] as const;

type PeriodKind = (typeof periodKinds)[number];
type PeriodState = (typeof periodStates)[number];
type GoalStatus = (typeof goalStatuses)[number];
type GoalState = (typeof goalStates)[number];

// ---- periods

export class CreateGoalPeriod {
  @TextField({ max: limits.name, example: '2026-Q4' })
  name!: string;

  @ChoiceField(periodKinds, { about: 'Periods of one kind may not overlap; kinds may nest' })
  kind!: PeriodKind;

  @DayField({ about: 'First day, inclusive', example: '2026-10-01' })
  startsOn!: string;

  @DayField({ about: 'Last day, inclusive', example: '2026-12-31' })
  endsOn!: string;

  @IntegerField({ min: 0, max: 30, optional: true, about: 'Working days after the end in which late facts still count; 3 unless told' })
  settleDays?: number;
}

export class ChangeGoalPeriod {
  @TextField({ max: limits.name, optional: true })
  name?: string;

  @DayField({ optional: true })
  startsOn?: string;

  @DayField({ optional: true })
  endsOn?: string;

  @IntegerField({ min: 0, max: 30, optional: true })
  settleDays?: number;

  @ChoiceField(['active'], { optional: true, about: 'Activates the period: stamps the zone and freezes the dates. It completes by itself.' })
  state?: 'active';

  @InstantField({
    optional: true,
    about: 'History only: when the period was activated. Needs facts.backfill in an organisation whose clock was set back.',
  })
  activatedAt?: string;
}

export class GoalPeriod {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ example: '2026-Q4' })
  name!: string;

  @ApiProperty({ enum: periodKinds })
  kind!: PeriodKind;

  @ApiProperty({ format: 'date' })
  startsOn!: string;

  @ApiProperty({ format: 'date' })
  endsOn!: string;

  @ApiProperty({ description: 'Stamped at activation; days of the period are days of this zone', example: 'Europe/Lisbon' })
  timeZone!: string;

  @ApiProperty({ enum: periodStates })
  state!: PeriodState;

  @ApiProperty({ description: 'Working days after the end in which late facts still count' })
  settleDays!: number;

  @ApiProperty({ description: 'Values no longer move' })
  locked!: boolean;

  @ApiProperty({ description: 'Goals in it, cancelled ones left out' })
  goalCount!: number;

  @ApiProperty({ description: 'Working days from the first to the last day' })
  workingDays!: number;

  @ApiProperty({ description: 'Share of the working days that have passed, 0 to 1, for drawing', example: 0.72 })
  elapsedShare!: number;

  @ApiProperty()
  version!: number;
}

export class GoalPeriodPage extends PageEnd {
  @ApiProperty({ type: () => [GoalPeriod] })
  items!: GoalPeriod[];
}

// ---- goals

export class CreateGoal {
  @TextField({ max: limits.name, example: 'Revenue 2026-Q4' })
  name!: string;

  @IdField()
  periodId!: string;

  @TextField({ max: limits.key, about: 'Key of the metric', example: 'revenue' })
  metric!: string;

  @IdField({ optional: true, about: 'The person who owns the goal; exactly one of userId and teamId' })
  userId?: string;

  @IdField({ optional: true, about: 'The team that owns the goal' })
  teamId?: string;

  @DecimalField({ example: '100000.00', about: 'The value to reach, in the unit of the metric' })
  target!: string;

  @DecimalField({ optional: true, nullable: true, example: '120000.00', about: 'Lies beyond the target' })
  stretch?: string | null;

  @DecimalField({ optional: true, negative: true, about: 'Where progress begins; 0 unless told' })
  baseline?: string;

  @InstantField({
    optional: true,
    about: 'History only: since when the target is known. Needs facts.backfill in an organisation whose clock was set back.',
  })
  knownAt?: string;
}

export class ChangeGoal {
  @TextField({ max: limits.name, optional: true })
  name?: string;

  @DecimalField({ optional: true, about: 'Nobody changes the own target; gates whose deadline has passed keep the old one' })
  target?: string;

  @DecimalField({ optional: true, nullable: true })
  stretch?: string | null;

  @DecimalField({ optional: true, negative: true })
  baseline?: string;

  @ChoiceField(goalStates, { optional: true })
  state?: GoalState;
}

export class GoalQuery extends PageQuery {
  @IdField({ optional: true })
  periodId?: string;

  @IdField({ optional: true, about: 'Goals of this person' })
  ownerId?: string;

  @IdField({ optional: true, about: 'Goals of this team and its sub-teams, and of their present members' })
  teamId?: string;

  @ChoiceField([...goalStatuses, 'none'], { optional: true, about: 'none: no status, because there is no value' })
  status?: GoalStatus | 'none';

  @TextField({ max: limits.search, blank: true, optional: true, about: 'Part of the name of the goal or its owner' })
  q?: string;
}

export class GoalPeriodRef {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty()
  name!: string;

  @ApiProperty({ format: 'date' })
  startsOn!: string;

  @ApiProperty({ format: 'date' })
  endsOn!: string;

  @ApiProperty({ enum: periodStates })
  state!: PeriodState;
}

export class GoalOwner {
  @ApiProperty({ enum: ['user', 'team'] })
  kind!: 'user' | 'team';

  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty()
  name!: string;
}

/** What the value of a goal in a locked period would be by what became known since. Awards and verdicts keep the locked value. */
export class GoalRestatement {
  @ApiProperty({ type: () => MetricValue })
  value!: MetricValue;

  @ApiProperty({ format: 'date-time', description: 'Since when' })
  restatedAt!: string;
}

export class Goal {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty()
  name!: string;

  @ApiProperty({ enum: ['metric'] })
  type!: 'metric';

  @ApiProperty({ description: 'Key of the metric' })
  metric!: string;

  @ApiProperty({ description: 'Name of the metric' })
  metricLabel!: string;

  @ApiProperty({ enum: ['count', 'money', 'percent', 'points'] })
  unit!: 'count' | 'money' | 'percent' | 'points';

  @ApiProperty({ enum: ['increase'] })
  direction!: 'increase';

  @ApiProperty({ type: () => GoalPeriodRef })
  period!: GoalPeriodRef;

  @ApiProperty({ type: () => GoalOwner })
  owner!: GoalOwner;

  @ApiProperty({ type: () => MetricValue })
  baseline!: MetricValue;

  @ApiProperty({ type: () => MetricValue })
  target!: MetricValue;

  @ApiProperty({ type: () => MetricValue, nullable: true })
  stretch!: MetricValue | null;

  @ApiProperty({ type: () => MetricValue })
  value!: MetricValue;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Percent of the way from baseline to target, may be negative or above 100',
    example: '62.5',
  })
  progress!: string | null;

  @ApiProperty({ description: 'Progress from 0 to 100, for bars' })
  shownProgress!: number;

  @ApiProperty({ type: String, nullable: true, description: 'Percent that would be on pace today', example: '66.66' })
  expectedProgress!: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Progress divided by expected progress; null when nothing is expected yet',
    example: '0.94',
  })
  pace!: string | null;

  @ApiProperty({ type: String, enum: [...goalStatuses, null], nullable: true })
  status!: GoalStatus | null;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Why: pace, too_early, reached, stretch_reached, missed, cancelled, not_started, or the reason why there is no value',
  })
  statusReason!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'The status as one sentence' })
  statusText!: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  computedAt!: string | null;

  @ApiProperty({ type: () => GoalRestatement, nullable: true, description: 'Only in locked periods, when later corrections lead to another value' })
  restatement!: GoalRestatement | null;

  @ApiProperty({ enum: goalStates })
  state!: GoalState;

  @ApiProperty({ description: 'The reader may change the target' })
  canEdit!: boolean;

  @ApiProperty()
  version!: number;
}

export class GoalPage extends PageEnd {
  @ApiProperty({ type: () => [Goal] })
  items!: Goal[];
}

export class GoalProgress {
  @ApiProperty({ format: 'uuid' })
  goalId!: string;

  @ApiProperty({ type: () => MetricValue })
  value!: MetricValue;

  @ApiProperty({ type: () => MetricValue })
  target!: MetricValue;

  @ApiProperty({ type: String, nullable: true })
  progress!: string | null;

  @ApiProperty()
  shownProgress!: number;

  @ApiProperty({ type: String, nullable: true })
  expectedProgress!: string | null;

  @ApiProperty({ type: String, nullable: true })
  pace!: string | null;

  @ApiProperty({ type: String, enum: [...goalStatuses, null], nullable: true })
  status!: GoalStatus | null;

  @ApiProperty({ type: String, nullable: true })
  statusReason!: string | null;

  @ApiProperty({ type: String, nullable: true })
  statusText!: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  computedAt!: string | null;
}

/** One recorded value of a goal. */
export class GoalHistoryEntry {
  @ApiProperty({ format: 'date-time' })
  recordedAt!: string;

  @ApiProperty({ type: () => MetricValue })
  value!: MetricValue;

  @ApiProperty({ type: () => MetricValue, description: 'The target at that time' })
  target!: MetricValue;

  @ApiProperty({ type: String, nullable: true })
  progress!: string | null;

  @ApiProperty({ type: String, nullable: true })
  expectedProgress!: string | null;

  @ApiProperty({ type: String, enum: [...goalStatuses, null], nullable: true })
  status!: GoalStatus | null;

  @ApiProperty({ type: String, nullable: true })
  statusReason!: string | null;
}

export class GoalHistoryPage extends PageEnd {
  @ApiProperty({ type: () => [GoalHistoryEntry] })
  items!: GoalHistoryEntry[];
}
