import type { Type } from '@nestjs/common';
import type { ImportMapping } from '@waymark/contracts';
import type { FactPlan } from './fact-plan.js';
import type { SourceField, SourceFields } from './source-fields.js';

/** How many rows of the file became what. */
export interface Outcome {
  created: number;
  updated: number;
  unchanged: number;
}

/** A row that was taken. `id` is null when nothing was written. */
export interface TakenRow {
  line: number;
  id: string | null;
  outcome: 'created' | 'updated' | 'unchanged';
}

/** Rows on their way from the staging table into the tables of their source. */
export interface ImportRun {
  /** Null for the rows of a call. */
  importId: string | null;
  mapping: ImportMapping;
  /** Fields that the file or the call tells; the others stay as they are. */
  told: ReadonlySet<string>;
  /** Acts: restrictions of this person bind, too (GATE-07). */
  requestedBy: string;
  /**
   * Asked when all is checked and planned and before the first row is written. No for a check, and when a row errs and all or nothing was asked. Throws
   * ImportCancelled when somebody asked to stop.
   */
  mayWrite(): Promise<boolean>;
}

/** Writes the staged rows of a source, set by set. */
export interface SourceWriter {
  run(run: ImportRun): Promise<Outcome>;
  /** Row by row, what became of those that were not refused; from what `run` left in the temporary tables. */
  taken?(): Promise<TakenRow[]>;
}

/** Everything that files and calls need to know of a source. */
export interface ImportSourceDefinition {
  label: string;
  description: string;
  fields: SourceFields;
  /** A dated fact with versions says how its row is made; whatever else there is has a writer of its own. */
  writes: FactPlan | Type<SourceWriter>;
  /** More about the mapping that ships with the product. */
  preset?: Partial<ImportMapping>;
  /** Fields that a row of a call has besides: a row of a file takes them from the events of its mapping. */
  callFields?: Readonly<Record<string, SourceField>>;
  /** Instants of which one dates the fact, the first that is told; every instant unless said otherwise. */
  datedBy?: readonly string[];
}

export const defineImportSource = (definition: ImportSourceDefinition): ImportSourceDefinition => definition;
