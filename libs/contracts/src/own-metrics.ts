import { ApiProperty } from '@nestjs/swagger';
import { ChoiceField, IdField, ObjectField } from './fields.js';
import { MetricValue } from './values.js';

const units = ['count', 'money', 'percent', 'points'] as const;
const modes = ['recompute', 'from_now_on'] as const;
const states = ['draft', 'computing', 'ready', 'failed', 'archived'] as const;

// ---- what definitions are made of

export class OwnMetricDate {
  @ApiProperty({ example: 'completed_at' })
  key!: string;

  @ApiProperty({ example: 'Completed' })
  label!: string;

  @ApiProperty({ description: 'It asks what stands at the end of a window, not what happened in it' })
  standing!: boolean;
}

export class OwnMetricColumn {
  @ApiProperty({ example: 'outcome' })
  key!: string;

  @ApiProperty({ example: 'Outcome' })
  label!: string;

  @ApiProperty({ enum: ['amount', 'word', 'flag'] })
  type!: 'amount' | 'word' | 'flag';

  @ApiProperty({ type: String, enum: [...units, null], nullable: true, description: 'Of amounts: what they are counted in' })
  unit!: string | null;

  @ApiProperty({ type: [String], nullable: true, description: 'The words that it can hold; null: any' })
  words!: string[] | null;

  @ApiProperty({ type: [String], description: 'How conditions may compare it' })
  operators!: string[];
}

export class OwnMetricSource {
  @ApiProperty({ example: 'activities' })
  key!: string;

  @ApiProperty({ example: 'Activities' })
  label!: string;

  @ApiProperty({ type: () => [OwnMetricDate] })
  dates!: OwnMetricDate[];

  @ApiProperty({ type: () => [OwnMetricColumn] })
  columns!: OwnMetricColumn[];
}

export class OwnMetricSourceList {
  @ApiProperty({ type: () => [OwnMetricSource] })
  items!: OwnMetricSource[];
}

// ---- definitions

export class OwnMetricCondition {
  @ApiProperty({ example: 'outcome' })
  column!: string;

  @ApiProperty({ example: 'one_of' })
  op!: string;

  @ApiProperty({
    type: [String],
    description: 'Words, or amounts as exact decimals; none where nothing is compared',
    example: ['completed', 'no_show'],
  })
  values!: string[];
}

export class OwnMetricMeasure {
  @ApiProperty({ example: 'activities' })
  source!: string;

  @ApiProperty({ description: 'By which date rows count', example: 'completed_at' })
  date!: string;

  @ApiProperty({ type: () => [OwnMetricCondition], description: 'All of them hold for a row that counts' })
  where!: OwnMetricCondition[];

  @ApiProperty({ enum: ['count', 'sum'] })
  aggregate!: 'count' | 'sum';

  @ApiProperty({ type: String, nullable: true, description: 'The amount that a sum adds' })
  column!: string | null;
}

export class OwnMetricDefinitionView {
  @ApiProperty({ example: 'Calls that reached somebody' })
  label!: string;

  @ApiProperty()
  description!: string;

  @ApiProperty({ enum: units })
  unit!: 'count' | 'money' | 'percent' | 'points';

  @ApiProperty({ enum: ['up', 'down'], description: 'Which way is better' })
  direction!: 'up' | 'down';

  @ApiProperty({ enum: ['measure', 'average', 'ratio'] })
  kind!: 'measure' | 'average' | 'ratio';

  @ApiProperty({ type: () => OwnMetricMeasure })
  of!: OwnMetricMeasure;

  @ApiProperty({ type: () => OwnMetricMeasure, nullable: true, description: 'What is divided by; of ratios alone' })
  per!: OwnMetricMeasure | null;
}

const exampleDefinition = {
  label: 'Calls that reached somebody',
  unit: 'percent',
  kind: 'ratio',
  of: {
    source: 'activities',
    date: 'completed_at',
    where: [
      { column: 'type', op: 'is', values: ['call'] },
      { column: 'outcome', op: 'is', values: ['completed'] },
    ],
    aggregate: 'count',
  },
  per: { source: 'activities', date: 'completed_at', where: [{ column: 'type', op: 'is', values: ['call'] }], aggregate: 'count' },
};

const definitionAbout = 'A definition as in OwnMetricDefinitionView, of sources and columns of GET /api/own-metrics/sources';

export class CreateOwnMetric {
  @ObjectField({ about: definitionAbout, example: exampleDefinition })
  definition!: Record<string, unknown>;
}

export class ChangeOwnMetric {
  @ObjectField({ about: `${definitionAbout}. The draft becomes it; a metric without a draft gets one.`, example: exampleDefinition })
  definition!: Record<string, unknown>;
}

export class PreviewOwnMetric {
  @ObjectField({ about: definitionAbout, example: exampleDefinition })
  definition!: Record<string, unknown>;

  @IdField({ optional: true, about: 'Of one team with its sub-teams; without it of the whole organisation' })
  teamId?: string;
}

export class PublishOwnMetric {
  @ChoiceField(modes, { about: 'recompute: all days by the new version. from_now_on: days before today keep the versions before it.' })
  mode!: 'recompute' | 'from_now_on';
}

// ---- answers

export class OwnMetricProgress {
  @ApiProperty({ description: 'Days of people that are computed' })
  done!: number;

  @ApiProperty({ description: 'Days of people in all; 0 until they are known' })
  total!: number;
}

export class OwnMetricVersion {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ example: 2 })
  number!: number;

  @ApiProperty({ enum: ['draft', 'published'] })
  state!: 'draft' | 'published';

  @ApiProperty({ type: () => OwnMetricDefinitionView })
  definition!: OwnMetricDefinitionView;

  @ApiProperty({ description: 'What it counts, in words' })
  sentence!: string;

  @ApiProperty({ type: String, enum: [...modes, null], nullable: true })
  mode!: 'recompute' | 'from_now_on' | null;

  @ApiProperty({ type: String, format: 'date', nullable: true, description: 'Its first day, when older days keep older versions' })
  appliesFrom!: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  publishedAt!: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'Since when it answers' })
  readyAt!: string | null;

  @ApiProperty({ type: () => OwnMetricProgress })
  progress!: OwnMetricProgress;

  @ApiProperty({ type: String, nullable: true, description: 'Why its days could not be computed' })
  failure!: string | null;
}

export class OwnMetricUse {
  @ApiProperty({ enum: ['goal', 'policy'] })
  kind!: 'goal' | 'policy';

  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty()
  name!: string;
}

export class OwnMetric {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ description: 'Permanent; goals and policies name it', example: 'own.calls_that_reached_somebody' })
  key!: string;

  @ApiProperty()
  label!: string;

  @ApiProperty({ enum: states })
  state!: (typeof states)[number];

  @ApiProperty({ description: 'There is a draft that is not published yet' })
  hasDraft!: boolean;

  @ApiProperty({ type: () => [OwnMetricVersion], description: 'The newest first' })
  versions!: OwnMetricVersion[];

  @ApiProperty()
  version!: number;
}

export class OwnMetricDetail extends OwnMetric {
  @ApiProperty({ type: () => [OwnMetricUse], description: 'Goals and policies that look at it; while there are any it cannot be removed' })
  uses!: OwnMetricUse[];
}

export class OwnMetricList {
  @ApiProperty({ type: () => [OwnMetric] })
  items!: OwnMetric[];
}

/** How many rows a measure counted in a month, and how many of its source it left out. */
export class OwnMetricRows {
  @ApiProperty()
  counted!: number;

  @ApiProperty()
  leftOut!: number;
}

export class OwnMetricMonth {
  @ApiProperty({ example: '2026-11' })
  month!: string;

  @ApiProperty({ type: () => MetricValue })
  value!: MetricValue;

  @ApiProperty({ type: () => OwnMetricRows })
  rows!: OwnMetricRows;

  @ApiProperty({ type: () => OwnMetricRows, nullable: true, description: 'Of what is divided by' })
  perRows!: OwnMetricRows | null;
}

export class OwnMetricFinding {
  @ApiProperty({ example: 'no_rows' })
  code!: string;

  @ApiProperty()
  sentence!: string;
}

export class OwnMetricPreview {
  @ApiProperty({ type: () => [OwnMetricMonth], description: 'The last twelve months, the running one last; empty when it took too long' })
  months!: OwnMetricMonth[];

  @ApiProperty({ description: 'Milliseconds that the database took' })
  tookMs!: number;

  @ApiProperty({ type: () => OwnMetricFinding, nullable: true, description: 'Why it cannot be published' })
  refusal!: OwnMetricFinding | null;

  @ApiProperty({ type: () => [OwnMetricFinding], description: 'What should be looked at; it can be published all the same' })
  warnings!: OwnMetricFinding[];

  @ApiProperty({ description: 'What it counts, in words' })
  sentence!: string;
}
