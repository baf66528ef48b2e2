import { ApiProperty } from '@nestjs/swagger';
import { RestrictionSummary } from './access.js';
import { ChoiceField, IdField, InstantField, IntegerField, ObjectField, TextField } from './fields.js';
import { limits } from './limits.js';
import { PageEnd, PageQuery } from './paging.js';
import { MetricWindow } from './metrics.js';
import { MetricValue } from './values.js';

const gateStates = ['pending', 'open', 'passed', 'failed', 'passed_late', 'waived', 'not_evaluable'] as const;
const restrictionKinds = ['warning', 'action_block', 'commission_hold', 'account_lock'] as const;
const restrictionStates = ['proposed', 'in_force', 'lifted', 'ended', 'dismissed', 'void'] as const;
const policyStates = ['draft', 'published', 'retired'] as const;
const runModes = ['preview', 'enforce'] as const;
const runStates = ['queued', 'done', 'stopped', 'failed'] as const;
const decisionWords = ['confirm', 'dismiss', 'lift'] as const;

type RestrictionKind = (typeof restrictionKinds)[number];
type RestrictionState = (typeof restrictionStates)[number];
type DecisionWord = (typeof decisionWords)[number];

// ---- policies

/** One condition of a step: its type and the type's parameters. */
export class GateConditionDefinition {
  @ApiProperty({ example: 'pipeline_coverage' })
  type!: string;

  @ApiProperty({ type: 'object', additionalProperties: true, description: "Values of the type's fields; what is left out takes its default" })
  params!: Record<string, string | number | null>;
}

export class GateStepDefinition {
  @ApiProperty({ example: 'Pipeline gate' })
  name!: string;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    description: 'Deadline: {"sharePercent": 25} of the period or {"date": "2026-11-15"}, the end of that day',
    example: { sharePercent: 50 },
  })
  at!: { sharePercent: number } | { date: string };

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    description: 'Time for late facts before the verdict: {"hours": 4} or {"workingDays": 3}',
    example: { hours: 4 },
  })
  settle!: { hours: number } | { workingDays: number };

  @ApiProperty({ enum: ['any', 'all'], description: 'Whether one condition is enough or all are needed' })
  join!: 'any' | 'all';

  @ApiProperty({ type: () => [GateConditionDefinition] })
  conditions!: GateConditionDefinition[];

  @ApiProperty({
    enum: restrictionKinds,
    isArray: true,
    description: 'What follows from a missed gate. Holds and locks are proposed; people decide.',
  })
  consequences!: RestrictionKind[];

  @ApiProperty({ description: 'Days between the verdict and the start of the measure' })
  graceDays!: number;
}

/** What a policy version says. `goalMetric`: individual goals of this metric get the gates. */
export class GatePolicyDefinition {
  @ApiProperty({ example: 'revenue' })
  goalMetric!: string;

  @ApiProperty({ enum: ['working', 'calendar'], description: 'Whether shares of the period are shares of its working days or of all days' })
  mode!: 'working' | 'calendar';

  @ApiProperty({ description: 'People with fewer days in their team than this are exempt' })
  minDaysInRole!: number;

  @ApiProperty({ description: 'A run that would restrict more than this share of the bound people stops and asks; warnings do not count' })
  acceptedPercent!: number;

  @ApiProperty({ type: () => [GateStepDefinition] })
  steps!: GateStepDefinition[];
}

export class CreateGatePolicy {
  @TextField({ max: limits.name, example: '3 gates' })
  name!: string;

  @ObjectField({ optional: true, about: 'The first draft; the shipped template unless given' })
  definition?: Record<string, unknown>;
}

export class CreateGatePolicyVersion {
  @ObjectField({ optional: true, about: 'The new draft; a copy of the latest version unless given' })
  definition?: Record<string, unknown>;
}

export class ChangeGatePolicyVersion {
  @ObjectField({ about: 'The whole definition; only drafts change' })
  definition!: Record<string, unknown>;
}

export class PublishGatePolicyVersion {
  @InstantField({ optional: true, about: 'History only: when it was published. Needs facts.backfill in an organisation whose clock was set back.' })
  publishedAt?: string;
}

export class GatePolicyVersion {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ example: 3 })
  number!: number;

  @ApiProperty({ enum: policyStates })
  state!: 'draft' | 'published' | 'retired';

  @ApiProperty({ type: () => GatePolicyDefinition })
  definition!: GatePolicyDefinition;

  @ApiProperty({ type: [String], description: 'Each step as one sentence' })
  sentences!: string[];

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  publishedAt!: string | null;

  @ApiProperty({ description: 'Loaded as history' })
  backfilled!: boolean;

  @ApiProperty({ description: 'It holds or blocks something, so it must be tried on a past period before it is published' })
  blocking!: boolean;

  @ApiProperty({ type: String, nullable: true, description: 'Why it cannot be published now; null when it can' })
  publishBlockedBy!: string | null;

  @ApiProperty({ description: 'Gates made from it' })
  gateCount!: number;

  @ApiProperty()
  version!: number;
}

export class GatePolicy {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty()
  name!: string;

  @ApiProperty({ type: () => [GatePolicyVersion], description: 'Newest first' })
  versions!: GatePolicyVersion[];

  @ApiProperty()
  version!: number;
}

export class GatePolicyPage extends PageEnd {
  @ApiProperty({ type: () => [GatePolicy] })
  items!: GatePolicy[];
}

export class GateChoice {
  @ApiProperty()
  value!: string;

  @ApiProperty()
  label!: string;
}

/** A parameter of a condition type; forms are built from it. */
export class GateTypeField {
  @ApiProperty({ example: 'factor' })
  key!: string;

  @ApiProperty({ example: 'Times the target' })
  label!: string;

  @ApiProperty({ enum: ['choice', 'integer', 'decimal'] })
  kind!: 'choice' | 'integer' | 'decimal';

  @ApiProperty({ type: String, nullable: true, description: 'Null: must be given, or may be empty when optional' })
  default!: string | null;

  @ApiProperty({ description: 'May be left empty' })
  optional!: boolean;

  @ApiProperty({ type: String, nullable: true })
  min!: string | null;

  @ApiProperty({ type: String, nullable: true })
  max!: string | null;

  @ApiProperty({ type: () => [GateChoice] })
  choices!: GateChoice[];

  @ApiProperty({ type: String, nullable: true })
  help!: string | null;
}

export class GateType {
  @ApiProperty({ example: 'pipeline_coverage' })
  key!: string;

  @ApiProperty()
  label!: string;

  @ApiProperty()
  description!: string;

  @ApiProperty({ type: () => [GateTypeField] })
  fields!: GateTypeField[];
}

export class GateTypeList {
  @ApiProperty({ type: () => [GateType] })
  items!: GateType[];
}

// ---- runs

export class CreateGateRun {
  @IdField()
  periodId!: string;

  @IdField()
  policyVersionId!: string;

  @ChoiceField(runModes, { about: 'preview has no effect' })
  mode!: 'preview' | 'enforce';

  @IntegerField({ min: 0, max: 100, optional: true, about: 'enforce: the share of people whom the run may restrict, instead of the policy’s' })
  acceptedPercent?: number;
}

export class GateRunQuery extends PageQuery {
  @IdField({ optional: true })
  periodId?: string;

  @IdField({ optional: true })
  policyVersionId?: string;
}

export class GateRunPerson {
  @ApiProperty({ format: 'uuid' })
  userId!: string;

  @ApiProperty()
  name!: string;

  @ApiProperty({ example: '$264,397' })
  measured!: string;

  @ApiProperty({ example: '$300,000' })
  needed!: string;
}

export class GateRunStep {
  @ApiProperty()
  order!: number;

  @ApiProperty()
  name!: string;

  @ApiProperty({ format: 'date' })
  deadlineOn!: string;

  @ApiProperty({ description: 'People with a verdict; 0 while the time has not come' })
  judged!: number;

  @ApiProperty()
  passed!: number;

  @ApiProperty()
  failed!: number;

  @ApiProperty()
  notEvaluable!: number;

  @ApiProperty({ description: 'Exempt people' })
  waived!: number;

  @ApiProperty({ type: () => [GateRunPerson] })
  failedPeople!: GateRunPerson[];
}

export class GateRunResult {
  @ApiProperty({ description: 'People bound by the policy in this period' })
  people!: number;

  @ApiProperty({ type: () => [GateRunStep] })
  steps!: GateRunStep[];

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'number' },
    description: 'Restrictions by kind: imposed or proposed by an enforcing run; that would follow, in a preview',
  })
  restrictions!: Record<string, number>;

  @ApiProperty({ type: String, nullable: true, description: 'Why the run stopped' })
  stopped!: string | null;
}

export class GateRun {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ enum: runModes })
  mode!: 'preview' | 'enforce';

  @ApiProperty({ enum: runStates })
  state!: 'queued' | 'done' | 'stopped' | 'failed';

  @ApiProperty({ format: 'uuid' })
  periodId!: string;

  @ApiProperty()
  periodName!: string;

  @ApiProperty({ format: 'uuid' })
  policyVersionId!: string;

  @ApiProperty()
  policyName!: string;

  @ApiProperty()
  policyNumber!: number;

  @ApiProperty({ type: () => GateRunResult, nullable: true })
  result!: GateRunResult | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  judgedAt!: string | null;

  @ApiProperty({ format: 'date-time' })
  createdAt!: string;
}

export class GateRunPage extends PageEnd {
  @ApiProperty({ type: () => [GateRun] })
  items!: GateRun[];
}

// ---- gates

export class GateQuery extends PageQuery {
  @IdField({ optional: true })
  periodId?: string;

  @IdField({ optional: true })
  userId?: string;

  @IdField({ optional: true })
  goalId?: string;

  @IdField({ optional: true, about: 'Present members of this team and its sub-teams' })
  teamId?: string;

  @ChoiceField(gateStates, { optional: true })
  state?: (typeof gateStates)[number];

  @ChoiceField(['will_miss', 'warned', 'restricted', 'locked', 'decisions'], { optional: true, about: 'A tab of the gate board' })
  tab?: 'will_miss' | 'warned' | 'restricted' | 'locked' | 'decisions';

  @TextField({ max: limits.search, blank: true, optional: true, about: 'Part of the name of the person' })
  q?: string;
}

export class GatePerson {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty()
  name!: string;

  @ApiProperty({ type: String, nullable: true })
  team!: string | null;
}

export class GateLive {
  @ApiProperty({ type: () => MetricValue })
  value!: MetricValue;

  @ApiProperty({ type: () => MetricValue, nullable: true, description: 'What is missing; null when the gate holds or there is no value' })
  gap!: MetricValue | null;

  @ApiProperty({ type: Boolean, nullable: true, description: 'Whether the gate would pass now; null when nobody knows' })
  holds!: boolean | null;

  @ApiProperty({ type: String, format: 'date-time' })
  at!: string;

  @ApiProperty({ description: 'As one sentence', example: '$29,408 short' })
  text!: string;
}

export class GateVerdict {
  @ApiProperty({ enum: ['passed', 'failed', 'not_evaluable'] })
  outcome!: 'passed' | 'failed' | 'not_evaluable';

  @ApiProperty({ format: 'date-time' })
  judgedAt!: string;

  @ApiProperty()
  sentence!: string;

  @ApiProperty()
  evidenceHash!: string;
}

export class GateView {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ example: 2 })
  order!: number;

  @ApiProperty({ example: 'Pipeline gate' })
  name!: string;

  @ApiProperty({ format: 'uuid' })
  goalId!: string;

  @ApiProperty()
  goalName!: string;

  @ApiProperty({ type: () => GatePerson })
  user!: GatePerson;

  @ApiProperty({ description: 'Name of the metric', example: 'Open qualified pipeline' })
  metric!: string;

  @ApiProperty({ description: 'What the gate asks, as one sentence' })
  sentence!: string;

  @ApiProperty({ format: 'date' })
  deadlineOn!: string;

  @ApiProperty({ format: 'date-time', description: 'End of that day, exclusive' })
  deadlineAt!: string;

  @ApiProperty({ format: 'date-time' })
  judgeAt!: string;

  @ApiProperty({ enum: gateStates, description: 'open: the deadline has passed and late facts are waited for' })
  state!: (typeof gateStates)[number];

  @ApiProperty({ type: String, nullable: true, description: 'Why it is waived' })
  stateReason!: string | null;

  @ApiProperty({ description: 'Missing it withholds something' })
  blocking!: boolean;

  @ApiProperty({ enum: restrictionKinds, isArray: true })
  consequences!: RestrictionKind[];

  @ApiProperty({ description: 'The consequences in words', example: 'No new deals until it is met' })
  consequenceText!: string;

  @ApiProperty({ description: 'Place of the deadline in the period, 0 to 1, for drawing', example: 0.5 })
  position!: number;

  @ApiProperty({ type: () => MetricValue })
  needed!: MetricValue;

  @ApiProperty({ type: () => MetricValue, nullable: true, description: 'At the verdict' })
  measured!: MetricValue | null;

  @ApiProperty({ type: () => GateLive, nullable: true, description: 'Now' })
  live!: GateLive | null;

  @ApiProperty({ type: () => GateVerdict, nullable: true })
  verdict!: GateVerdict | null;

  @ApiProperty({ type: () => [RestrictionSummary] })
  restrictions!: RestrictionSummary[];
}

export class GateViewList {
  @ApiProperty({ type: () => [GateView] })
  items!: GateView[];
}

export class GateBoardCounts {
  @ApiProperty()
  willMiss!: number;

  @ApiProperty()
  warned!: number;

  @ApiProperty()
  restricted!: number;

  @ApiProperty()
  locked!: number;

  @ApiProperty()
  decisions!: number;
}

export class GatePage extends PageEnd {
  @ApiProperty({ type: () => [GateView] })
  items!: GateView[];

  @ApiProperty({ type: () => GateBoardCounts, description: 'People per tab of the board, whatever the tab and page' })
  counts!: GateBoardCounts;
}

// ---- restrictions

export class RestrictionQuery extends PageQuery {
  @IdField({ optional: true })
  userId?: string;

  @ChoiceField(restrictionStates, { optional: true, about: 'In force and proposed unless given' })
  state?: RestrictionState;

  @ChoiceField(restrictionKinds, { optional: true })
  kind?: RestrictionKind;
}

export class RestrictionListItem extends RestrictionSummary {
  @ApiProperty({ type: () => GatePerson })
  user!: GatePerson;

  @ApiProperty({ format: 'uuid' })
  gateId!: string;

  @ApiProperty({ format: 'date-time' })
  endsAt!: string;
}

export class RestrictionPage extends PageEnd {
  @ApiProperty({ type: () => [RestrictionListItem] })
  items!: RestrictionListItem[];
}

/** A row that was counted for the verdict. */
export class CountedRow {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ example: 'GTK 500' })
  name!: string;

  @ApiProperty({ type: String, nullable: true })
  company!: string | null;

  @ApiProperty({ type: () => MetricValue, nullable: true, description: 'What it adds; null where rows are counted' })
  amount!: MetricValue | null;

  @ApiProperty({ type: String, nullable: true })
  stage!: string | null;
}

/** A row that was looked at and left out. */
export class LeftOutRow extends CountedRow {
  @ApiProperty({ example: 'not_qualified' })
  reason!: string;

  @ApiProperty({ example: 'stage Prospecting does not count' })
  reasonText!: string;
}

export class RestrictionMath {
  @ApiProperty()
  formula!: string;

  @ApiProperty({ format: 'date-time', description: 'Facts until this instant count' })
  asOf!: string;

  @ApiProperty({ format: 'date-time', description: 'As they were known at this instant' })
  knownUntil!: string;

  @ApiProperty({ type: () => [CountedRow] })
  counted!: CountedRow[];

  @ApiProperty({ type: () => [LeftOutRow] })
  leftOut!: LeftOutRow[];

  @ApiProperty({ type: () => MetricValue })
  countedTotal!: MetricValue;

  @ApiProperty({ type: () => MetricValue })
  leftOutTotal!: MetricValue;
}

export class GateReceiptQuery {
  @ChoiceField(['now', 'verdict'], { optional: true, about: 'What is there now, unless the figure of the verdict is asked for' })
  at?: 'now' | 'verdict';
}

/** The number that a gate measured, as a question to the receipts of metrics. */
export class GateNumber {
  @ApiProperty({ example: 'calls_completed' })
  metric!: string;

  @ApiProperty({ format: 'uuid' })
  ownerId!: string;

  @ApiProperty({ format: 'date' })
  from!: string;

  @ApiProperty({ format: 'date' })
  to!: string;

  @ApiProperty({ format: 'date-time', required: false, description: 'Of a verdict: when the facts were in' })
  asOf?: string;
}

/** Why a gate measures what it measures, under its own parameters. Either `number` leads to the receipt of a metric, or `math` holds the rows. */
export class GateReceipt {
  @ApiProperty({ format: 'uuid' })
  gateId!: string;

  @ApiProperty({ enum: ['now', 'verdict'] })
  at!: 'now' | 'verdict';

  @ApiProperty({ description: 'Name of what is measured', example: 'Open qualified pipeline' })
  subject!: string;

  @ApiProperty({ description: 'What the gate asks, as one sentence' })
  sentence!: string;

  @ApiProperty({ type: () => MetricValue })
  measured!: MetricValue;

  @ApiProperty({ type: () => MetricValue })
  needed!: MetricValue;

  @ApiProperty({ type: Boolean, nullable: true, description: 'Null: there is nothing to judge by' })
  holds!: boolean | null;

  @ApiProperty({ type: [String], description: 'What a row must be like to count, by the parameters of the gate' })
  conditions!: string[];

  @ApiProperty({ type: () => MetricWindow })
  window!: MetricWindow;

  @ApiProperty({ type: () => GateNumber, nullable: true })
  number!: GateNumber | null;

  @ApiProperty({ type: () => RestrictionMath, nullable: true, description: 'The rows that count make what was measured' })
  math!: RestrictionMath | null;
}

export class WayOut {
  @ApiProperty({ example: 'Qualify "GTK 500"' })
  text!: string;

  @ApiProperty({ type: () => MetricValue, nullable: true })
  adds!: MetricValue | null;

  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: 'The deal to open' })
  itemId!: string | null;

  @ApiProperty({ description: 'With this one and those before it the gate is met' })
  enough!: boolean;
}

export class RestrictionPolicy {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty()
  name!: string;

  @ApiProperty()
  number!: number;

  @ApiProperty({ format: 'date-time' })
  publishedAt!: string;
}

export class RestrictionContact {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty()
  name!: string;

  @ApiProperty({ example: 'Leader of your team' })
  role!: string;
}

export class RestrictionDecision {
  @ApiProperty({ enum: decisionWords })
  decision!: DecisionWord;

  @ApiProperty()
  by!: string;

  @ApiProperty()
  reason!: string;

  @ApiProperty({ format: 'date-time' })
  at!: string;
}

export class HistoryLine {
  @ApiProperty({ format: 'date-time' })
  at!: string;

  @ApiProperty()
  text!: string;
}

export class Restriction {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ enum: restrictionKinds })
  kind!: RestrictionKind;

  @ApiProperty({ enum: restrictionStates })
  state!: RestrictionState;

  @ApiProperty({ example: 'You cannot create new deals right now' })
  title!: string;

  @ApiProperty({ description: 'One sentence: what was, what is needed' })
  why!: string;

  @ApiProperty({ type: () => GatePerson })
  user!: GatePerson;

  @ApiProperty({ type: () => GateView })
  gate!: GateView;

  @ApiProperty({ type: () => RestrictionPolicy })
  policy!: RestrictionPolicy;

  @ApiProperty({ format: 'date-time' })
  since!: string;

  @ApiProperty({ format: 'date-time', description: 'It ends by itself then at the latest' })
  endsAt!: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  closedAt!: string | null;

  @ApiProperty({ type: String, nullable: true })
  closedReason!: string | null;

  @ApiProperty({ type: () => MetricValue })
  measuredThen!: MetricValue;

  @ApiProperty({ type: () => MetricValue, nullable: true })
  measuredNow!: MetricValue | null;

  @ApiProperty({ type: () => MetricValue })
  needed!: MetricValue;

  @ApiProperty({ type: () => MetricValue, nullable: true, description: 'What is missing now' })
  gap!: MetricValue | null;

  @ApiProperty({ type: () => RestrictionMath })
  math!: RestrictionMath;

  @ApiProperty({ description: 'What to do, in one sentence' })
  wayOutText!: string;

  @ApiProperty({ type: () => [WayOut], description: 'The smallest set of own actions that is enough; empty when there is none' })
  ways!: WayOut[];

  @ApiProperty({ type: [String], example: ['Create a deal'] })
  blocked!: string[];

  @ApiProperty({ type: [String], example: ['Edit and close your deals'] })
  stillWorks!: string[];

  @ApiProperty({ type: () => RestrictionContact, nullable: true, description: 'Who decides; null when nobody has to' })
  decider!: RestrictionContact | null;

  @ApiProperty({ type: () => RestrictionContact, nullable: true, description: 'Whom to ask' })
  contact!: RestrictionContact | null;

  @ApiProperty({ type: () => [HistoryLine], description: 'Oldest first' })
  history!: HistoryLine[];

  @ApiProperty({ type: () => [RestrictionDecision] })
  decisions!: RestrictionDecision[];

  @ApiProperty({ description: 'The reader may decide now' })
  canDecide!: boolean;

  @ApiProperty({ enum: decisionWords, isArray: true, description: 'What the reader may decide now' })
  canDecideTo!: DecisionWord[];

  @ApiProperty({ type: String, nullable: true, description: 'What a confirmation does, in words, before the button' })
  consequenceText!: string | null;

  @ApiProperty({ description: 'Goes with the decision: it is bound to the evidence that was seen' })
  evidenceHash!: string;

  @ApiProperty({ format: 'date-time', description: 'When the live value was last computed' })
  checkedAt!: string;
}

export class DecideRestriction {
  @ChoiceField(decisionWords)
  decision!: DecisionWord;

  @TextField({ max: limits.text, about: 'Why; the person reads it' })
  reason!: string;

  @TextField({
    max: 128,
    pattern: /^[0-9a-f]{64}$/,
    must: 'must be the evidenceHash of the page that was read',
    about: 'Of the evidence that was seen',
  })
  evidenceHash!: string;
}
