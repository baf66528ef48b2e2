import { ApiProperty } from '@nestjs/swagger';
import { ChoiceField } from './fields.js';
import { PageEnd, PageQuery } from './paging.js';

export const importSources = [
  'people',
  'companies',
  'products',
  'pipeline_items',
  'activities',
  'arr_movements',
  'renewals',
  'survey_responses',
  'sales',
  'exchange_rates',
  'partner_lists',
  'tasks',
  'task_updates',
  'interactions',
  'company_updates',
  'programmes',
  'enrolments',
] as const;
export const importStates = ['receiving', 'queued', 'running', 'done', 'failed', 'cancelled'] as const;
export const findingSeverities = ['error', 'held', 'incomplete', 'repaired'] as const;

export const importPhases = ['reading', 'checking', 'writing'] as const;

export type ImportPhase = (typeof importPhases)[number];
export type ImportSource = (typeof importSources)[number];
export type ImportState = (typeof importStates)[number];
export type FindingSeverity = (typeof findingSeverities)[number];

/** Where one field takes its value from: a column of the file or a constant. */
export interface ImportField {
  column?: string;
  constant?: string;
  /** The file may lack the column. */
  optional?: boolean;
  /** Other spellings in the file and what they stand for; a row that needs one is reported as repaired. */
  alias?: Record<string, string>;
  /** Multiplies a number: 1000000 for a column in millions. */
  times?: number;
  /** What is used when the cell is empty: the list price of the row's product. */
  otherwise?: 'list_price';
}

/** One event that a row of a pipeline file tells: "when deal_stage is Won or Lost, it was engaged at engage_date". */
export interface ImportEvent {
  /** Permanent name of the event within its item; a corrected file finds it again by this key. */
  key: string;
  when?: { column: string; in: string[] };
  stage: ImportField;
  at: ImportField;
  value?: ImportField;
  /** A row without a date is taken as undated, standing from the organisation's earliest fact on. */
  undated?: boolean;
}

/** How a file becomes rows of a source. */
export interface ImportMapping {
  source: ImportSource;
  fields: Record<string, ImportField>;
  /** Pipeline items only; without it one event per row from the fields stage, occurredAt and value. */
  events?: ImportEvent[];
  delimiter?: ',' | ';' | '\t';
  /** Of a workbook: the sheet that is read; the first that can be seen unless told. */
  sheet?: string;
  /** When the facts count as recorded: now, when they occurred (capability facts.backfill) or from a column. */
  knownAt?: 'now' | 'occurred_at' | { column: string };
  /** Last day taken (YYYY-MM-DD); later rows are held, items that close later stay open. */
  until?: string;
}

export class ImportPreset {
  @ApiProperty({ example: 'crm-sales-pipeline' })
  key!: string;

  @ApiProperty()
  label!: string;

  @ApiProperty({ enum: importSources })
  source!: ImportSource;

  @ApiProperty()
  description!: string;

  @ApiProperty({ type: 'object', additionalProperties: true })
  mapping!: ImportMapping;
}

export class ImportPresetPage extends PageEnd {
  @ApiProperty({ type: () => [ImportPreset] })
  items!: ImportPreset[];
}

/** Rows by what became of them: rows = created + updated + unchanged + errors + held + withheld. */
export class ImportCounts {
  @ApiProperty()
  rows!: number;

  @ApiProperty()
  created!: number;

  @ApiProperty()
  updated!: number;

  @ApiProperty()
  unchanged!: number;

  @ApiProperty({ description: 'Not imported' })
  errors!: number;

  @ApiProperty({ description: 'Not imported yet: later than the last day taken' })
  held!: number;

  @ApiProperty({ description: 'In order but not imported, because other rows are not and all or nothing was asked for' })
  withheld!: number;

  @ApiProperty({ description: 'Imported with something missing' })
  incomplete!: number;

  @ApiProperty({ description: 'Imported with a value put right' })
  repaired!: number;

  @ApiProperty({ type: 'object', additionalProperties: { type: 'integer' }, description: 'Rows by code of the finding' })
  byCode!: Record<string, number>;
}

export class Import {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ enum: importSources })
  source!: ImportSource;

  @ApiProperty()
  fileName!: string;

  @ApiProperty({ enum: importStates })
  state!: ImportState;

  @ApiProperty({ description: 'Only checked: nothing was written' })
  dryRun!: boolean;

  @ApiProperty({ description: 'Nothing is imported when a row is not in order' })
  allOrNothing!: boolean;

  @ApiProperty()
  rowsRead!: number;

  @ApiProperty({ type: String, enum: [...importPhases, null], nullable: true, description: 'What it does while it runs' })
  phase!: ImportPhase | null;

  @ApiProperty({ type: 'integer', minimum: 0, maximum: 100, description: 'About how much is done' })
  percent!: number;

  @ApiProperty({ type: () => ImportCounts, nullable: true, description: 'Known at the end' })
  counts!: ImportCounts | null;

  @ApiProperty({ type: String, nullable: true, description: 'Why the whole file was refused' })
  failure!: string | null;

  @ApiProperty({ description: 'Name of the person who asked for it' })
  requestedBy!: string;

  @ApiProperty({ format: 'date-time' })
  createdAt!: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  finishedAt!: string | null;
}

export class ImportPage extends PageEnd {
  @ApiProperty({ type: () => [Import] })
  items!: Import[];
}

export class FindingQuery extends PageQuery {
  @ChoiceField(findingSeverities, { optional: true })
  severity?: FindingSeverity;

  @ChoiceField(['json', 'csv'], { optional: true, about: 'csv: all findings as a file' })
  format?: 'json' | 'csv';
}

/** What was not taken as it stood in one line of the file. */
export class ImportFinding {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ description: 'Line in the file, the header is line 1' })
  line!: number;

  @ApiProperty({ enum: findingSeverities })
  severity!: FindingSeverity;

  @ApiProperty({ example: 'unknown_product' })
  code!: string;

  @ApiProperty({ type: String, nullable: true })
  field!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'The column of the file, as its first line names it' })
  column!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'Of a workbook: column and row', example: 'C7' })
  cell!: string | null;

  @ApiProperty({ type: String, nullable: true })
  value!: string | null;

  @ApiProperty({ description: 'One English sentence' })
  message!: string;
}

export class ImportFindingPage extends PageEnd {
  @ApiProperty({ type: () => [ImportFinding] })
  items!: ImportFinding[];
}

/** A first look at a file before it is imported. */
export class ImportInspection {
  @ApiProperty({ type: [String] })
  columns!: string[];

  @ApiProperty({
    type: 'array',
    items: { type: 'array', items: { type: 'string' } },
    description: 'The first rows, cells in the order of the columns',
  })
  sampleRows!: string[][];

  @ApiProperty({ type: String, nullable: true, description: 'Key of the preset whose columns all are there' })
  suggestedPreset!: string | null;

  @ApiProperty({ enum: ['utf-8', 'windows-1252', 'workbook'] })
  encoding!: 'utf-8' | 'windows-1252' | 'workbook';

  @ApiProperty({ type: String, enum: [',', ';', '\t', null], nullable: true, description: 'Of a text file' })
  delimiter!: string | null;

  @ApiProperty({ type: [String], description: 'Of a workbook: its sheets that can be seen' })
  sheets!: string[];
}
