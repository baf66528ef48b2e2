import { ApiProperty } from '@nestjs/swagger';
import { ChoiceField, InstantField, QueryIntegerField, TextField } from './fields.js';
import { limits } from './limits.js';
import { MetricFigure, MetricValueQuery, MetricWindow } from './metrics.js';
import { PageEnd } from './paging.js';
import { MetricValue, Named } from './values.js';

export const recordKinds = ['counted', 'left_out'] as const;
export type RecordKind = (typeof recordKinds)[number];

/** What can happen to a row between two instants of knowledge. */
export const changeKinds = ['entered', 'left', 'changed', 'corrected'] as const;
export type ChangeKind = (typeof changeKinds)[number];

const part = { max: limits.key, optional: true, about: 'Key of a part of the receipt; the first one unless told', example: 'won' };

export class MetricReceiptQuery extends MetricValueQuery {}

export class MetricRecordQuery extends MetricValueQuery {
  @TextField(part)
  part?: string;

  @ChoiceField(recordKinds, { optional: true, about: 'Rows that count, or that are left out; both unless told' })
  kind?: RecordKind;

  @TextField({ max: limits.key, optional: true, about: 'Left out for this reason alone', example: 'outcome_no_show' })
  reason?: string;

  @ChoiceField(['json', 'csv'], { optional: true, about: 'csv: all of them as a file' })
  format?: 'json' | 'csv';

  @QueryIntegerField({ min: 1, max: limits.page.max, optional: true, about: `Rows a page, ${limits.page.default} unless told` })
  limit?: number;

  @TextField({ max: 2000, optional: true, about: 'nextCursor of the page before' })
  cursor?: string;
}

export class MetricChangeQuery extends MetricValueQuery {
  @InstantField({ about: 'What has changed since this instant of knowledge' })
  since!: string;

  @TextField(part)
  part?: string;

  @QueryIntegerField({ min: 1, max: limits.page.max, optional: true, about: `Rows a page, ${limits.page.default} unless told` })
  limit?: number;

  @TextField({ max: 2000, optional: true, about: 'nextCursor of the page before' })
  cursor?: string;
}

/** Rows and what they add up to. */
export class RowTotal {
  @ApiProperty({ example: 12 })
  rows!: number;

  @ApiProperty({ type: () => MetricValue })
  amount!: MetricValue;
}

/** Rows that are left out for one reason. */
export class LeftOutRows extends RowTotal {
  @ApiProperty({ example: 'outcome_no_show', description: 'Stable' })
  reason!: string;

  @ApiProperty({ example: 'did not take place: nobody came' })
  text!: string;
}

/** Rows that the reader may not see: how many and how much, of nobody. */
export class HiddenRows {
  @ApiProperty({ type: () => RowTotal })
  counted!: RowTotal;

  @ApiProperty({ type: () => RowTotal })
  leftOut!: RowTotal;
}

export class MetricReceiptPart {
  @ApiProperty({ example: 'won' })
  key!: string;

  @ApiProperty({ example: 'Deals won' })
  label!: string;

  @ApiProperty({ example: 'pipeline_events', description: 'The facts that it reads' })
  source!: string;

  @ApiProperty({ type: [String], description: 'What a row must be like to count', example: ['entered is won', 'not undated'] })
  conditions!: string[];

  @ApiProperty({ type: () => RowTotal, description: 'Every row that was looked at: counted plus left out' })
  candidates!: RowTotal;

  @ApiProperty({ type: () => RowTotal })
  counted!: RowTotal;

  @ApiProperty({ type: () => [LeftOutRows], description: 'Each row with the first condition that it fails' })
  leftOut!: LeftOutRows[];

  @ApiProperty({ type: () => HiddenRows, description: 'What of these rows you may not see' })
  hidden!: HiddenRows;
}

/** Why a number is what it is (MET-08). Asked again with its `asOf` it is the same, whatever was corrected since. */
export class MetricReceipt {
  @ApiProperty({ example: 'win_rate' })
  metric!: string;

  @ApiProperty({ example: 'Win rate' })
  label!: string;

  @ApiProperty()
  description!: string;

  @ApiProperty({ description: 'Version of the definition', example: 1 })
  version!: number;

  @ApiProperty({ example: 'Deals won / (Deals won + Deals lost) × 100' })
  formula!: string;

  @ApiProperty({ example: '12 / (12 + 4) × 100 = 75 %', description: 'The formula with the numbers put in' })
  calculation!: string;

  @ApiProperty({ type: () => MetricValue })
  value!: MetricValue;

  @ApiProperty({ type: () => [MetricFigure] })
  beside!: MetricFigure[];

  @ApiProperty({ type: [String], description: 'What must be known about the value, such as low_sample' })
  marks!: string[];

  @ApiProperty({ type: () => MetricWindow })
  window!: MetricWindow;

  @ApiProperty({ type: () => Named, nullable: true })
  owner!: Named | null;

  @ApiProperty({ type: () => Named, nullable: true })
  team!: Named | null;

  @ApiProperty({ description: 'Whose facts they are, in words' })
  scope!: string;

  @ApiProperty({ type: () => [MetricReceiptPart] })
  parts!: MetricReceiptPart[];

  @ApiProperty({ format: 'date-time', description: 'The facts as they were known at this instant' })
  asOf!: string;

  @ApiProperty({ format: 'date-time' })
  computedAt!: string;
}

/** A row behind a number. */
export class MetricRecord {
  @ApiProperty({ description: 'The same over the versions of the fact' })
  id!: string;

  @ApiProperty({ enum: recordKinds })
  kind!: RecordKind;

  @ApiProperty({ type: String, nullable: true, example: 'outcome_no_show' })
  reason!: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'did not take place: nobody came' })
  reasonText!: string | null;

  @ApiProperty({ format: 'date-time' })
  at!: string;

  @ApiProperty({ type: () => Named })
  owner!: Named;

  @ApiProperty({ description: 'What the row is about', example: 'Renewal of Acme' })
  what!: string;

  @ApiProperty({ type: String, nullable: true, description: 'Page of the record in the web app, below the organisation', example: '/deals/…' })
  link!: string | null;

  @ApiProperty({ type: () => MetricValue })
  amount!: MetricValue;
}

export class MetricRecordPage extends PageEnd {
  @ApiProperty({ example: 'won' })
  part!: string;

  @ApiProperty({ type: () => RowTotal, description: 'Of all pages, with the rows that you may not see' })
  total!: RowTotal;

  @ApiProperty({ type: () => RowTotal, description: 'Rows that you may not see' })
  hidden!: RowTotal;

  @ApiProperty({ format: 'date-time' })
  asOf!: string;

  @ApiProperty({ type: () => [MetricRecord] })
  items!: MetricRecord[];
}

/** Rows to which the same happened. */
export class ChangedRows extends RowTotal {
  @ApiProperty({ enum: changeKinds })
  change!: ChangeKind;

  @ApiProperty({ example: 'kind_lost' })
  reason!: string;

  @ApiProperty({ example: 'was lost' })
  text!: string;

  @ApiProperty({ description: 'Of them those that you may not see' })
  hiddenRows!: number;
}

export class MetricPartChanges {
  @ApiProperty()
  key!: string;

  @ApiProperty()
  label!: string;

  @ApiProperty({ type: () => MetricValue })
  before!: MetricValue;

  @ApiProperty({ type: () => MetricValue })
  after!: MetricValue;

  @ApiProperty({ type: () => MetricValue, description: 'The sum of all rows below' })
  difference!: MetricValue;

  @ApiProperty({ type: () => [ChangedRows] })
  rows!: ChangedRows[];
}

/** A row that entered, left, or has another amount. */
export class MetricChange {
  @ApiProperty()
  id!: string;

  @ApiProperty({ enum: changeKinds })
  change!: ChangeKind;

  @ApiProperty()
  reason!: string;

  @ApiProperty()
  reasonText!: string;

  @ApiProperty({ format: 'date-time' })
  at!: string;

  @ApiProperty({ type: () => Named })
  owner!: Named;

  @ApiProperty()
  what!: string;

  @ApiProperty({ type: String, nullable: true })
  link!: string | null;

  @ApiProperty({ type: () => MetricValue })
  before!: MetricValue;

  @ApiProperty({ type: () => MetricValue })
  after!: MetricValue;

  @ApiProperty({ type: () => MetricValue })
  difference!: MetricValue;
}

/** What changed between two receipts of the same number. */
export class MetricChanges extends PageEnd {
  @ApiProperty()
  metric!: string;

  @ApiProperty({ format: 'date-time' })
  since!: string;

  @ApiProperty({ format: 'date-time' })
  asOf!: string;

  @ApiProperty({ type: () => MetricValue })
  before!: MetricValue;

  @ApiProperty({ type: () => MetricValue })
  after!: MetricValue;

  @ApiProperty({ type: () => [MetricPartChanges] })
  parts!: MetricPartChanges[];

  @ApiProperty({ description: 'The part whose rows are listed' })
  part!: string;

  @ApiProperty({ type: () => [MetricChange] })
  items!: MetricChange[];
}
