import { ApiProperty } from '@nestjs/swagger';
import { DayField, IdField, InstantField } from './fields.js';
import { PageEnd, PageQuery } from './paging.js';
import { MetricValue } from './values.js';

export class MetricInfo {
  @ApiProperty({ example: 'win_rate' })
  key!: string;

  @ApiProperty({ example: 'Win rate' })
  label!: string;

  @ApiProperty({ description: 'What it counts' })
  description!: string;

  @ApiProperty({ enum: ['count', 'money', 'percent', 'points'] })
  unit!: 'count' | 'money' | 'percent' | 'points';

  @ApiProperty({ enum: ['up', 'down'] })
  direction!: 'up' | 'down';

  @ApiProperty({ description: 'Whether parts add up to the whole' })
  additive!: boolean;

  @ApiProperty({ enum: ['during', 'standing'] })
  tense!: 'during' | 'standing';

  @ApiProperty({ enum: ['lead', 'partner', 'both', 'none'], description: 'Whether it counts leads, contacts of partner lists, both, or neither' })
  level!: 'lead' | 'partner' | 'both' | 'none';

  @ApiProperty({ type: [String], description: 'Keys of the measures it is combined from' })
  measures!: string[];
}

export class MetricList {
  @ApiProperty({ type: () => [MetricInfo] })
  items!: MetricInfo[];
}

export class MetricValueQuery {
  @IdField({ optional: true, about: 'One person; without owner and team everybody whom you may see' })
  ownerId?: string;

  @IdField({ optional: true, about: 'A team with its sub-teams, members as of the day of each event' })
  teamId?: string;

  @DayField({ about: 'First day, inclusive' })
  from!: string;

  @DayField({ about: 'Last day, inclusive' })
  to!: string;

  @InstantField({ optional: true, about: 'As known at this instant; facts that happened or became known later are left out (Q98)' })
  asOf?: string;
}

export class MetricWindow {
  @ApiProperty({ format: 'date' })
  from!: string;

  @ApiProperty({ format: 'date' })
  to!: string;

  @ApiProperty()
  timeZone!: string;
}

/** A figure that belongs beside the value, such as how many renewals are still open. */
export class MetricFigure {
  @ApiProperty({ example: 'open' })
  key!: string;

  @ApiProperty({ example: 'Open' })
  label!: string;

  @ApiProperty({ type: () => MetricValue })
  value!: MetricValue;
}

export class MetricReading {
  @ApiProperty()
  metric!: string;

  @ApiProperty({ type: () => MetricValue })
  value!: MetricValue;

  @ApiProperty({ type: () => [MetricFigure], description: 'Figures that belong beside the value' })
  beside!: MetricFigure[];

  @ApiProperty({
    enum: ['low_sample', 'partial_feed'],
    isArray: true,
    description: 'low_sample: it rests on fewer than 30 answers. partial_feed: sales are recorded for a part of the window alone',
  })
  marks!: ('low_sample' | 'partial_feed')[];

  @ApiProperty({ type: () => MetricWindow })
  window!: MetricWindow;

  @ApiProperty({ type: String, nullable: true })
  ownerId!: string | null;

  @ApiProperty({ type: String, nullable: true })
  teamId!: string | null;

  @ApiProperty({ format: 'date-time' })
  computedAt!: string;
}

export class MetricAuditQuery extends PageQuery {}

/** A stored sum that was not what the facts say. Sums are in steps of the measure: rows, or minor units of money. */
export class MetricDifference {
  @ApiProperty({ example: 'sales_amount' })
  measure!: string;

  @ApiProperty({ format: 'uuid' })
  ownerId!: string;

  @ApiProperty({ format: 'date' })
  onDay!: string;

  @ApiProperty({ example: '105400' })
  stored!: string;

  @ApiProperty({ example: '104900' })
  rebuilt!: string;
}

/** One comparison of the stored sums with the facts. */
export class MetricAudit {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ format: 'date-time' })
  auditedAt!: string;

  @ApiProperty({ description: 'How many days of people were looked at, per source of facts' })
  days!: number;

  @ApiProperty({ description: 'How many stored sums differed; they were counted again' })
  differences!: number;

  @ApiProperty({ type: () => [MetricDifference], description: 'The first of them' })
  examples!: MetricDifference[];
}

export class MetricAuditPage extends PageEnd {
  @ApiProperty({ type: () => [MetricAudit] })
  items!: MetricAudit[];
}
