import { Injectable } from '@nestjs/common';
import type { ImportCounts, ImportMapping } from '@waymark/contracts';
import { UnitOfWork } from '../platform/database/unit-of-work.js';
import { LivePublisher } from '../platform/live/live-publisher.js';
import { currentContext } from '../platform/request-context.js';
import { CsvError } from './csv-reader.js';
import { type FileRecord, letterOf } from './file-record.js';
import { ImportCancelled, ImportFailure } from './import-failure.js';
import { ImportFiles, type Reading } from './import-files.js';
import { ImportWriters } from './import-writers.js';
import { type CellPlace, type ImportJob, ImportsRepository } from './imports.repository.js';
import { columnsOf } from './mapping.js';
import { RowMapper, type StagedRow } from './row-mapper.js';
import { columnOf } from './source-fields.js';
import { sourceFields } from './source-registry.js';
import { StagingRepository } from './staging.repository.js';

const progressEvery = 5000;

const legacyEncoding = `select 1, 'repaired', 'encoding', null, null, 'The file is not UTF-8; it was read as Windows-1252 (Latin-1).'`;

/** What is known about the file while it is read. */
interface Read extends Reading {
  rows: number;
  header: string[];
  mapper: RowMapper | null;
}

/** Runs one import inside the present transaction: all of it is written or nothing. */
@Injectable()
export class ImportRunner {
  constructor(
    private readonly repository: ImportsRepository,
    private readonly staging: StagingRepository,
    private readonly files: ImportFiles,
    private readonly writers: ImportWriters,
    private readonly units: UnitOfWork,
    private readonly live: LivePublisher,
  ) {}

  async run(importId: string): Promise<void> {
    const job = await this.repository.job(importId);
    if (!job || !['queued', 'running'].includes(job.state)) return;
    try {
      if (job.cancel_requested) throw new ImportCancelled();
      await this.staging.savepoint();
      await this.work(job);
    } catch (error) {
      if (!(error instanceof ImportFailure || error instanceof ImportCancelled || error instanceof CsvError)) throw error;
      // A file that breaks in the middle of a COPY leaves the transaction failed; only the work since the savepoint is given up.
      if (!job.cancel_requested) await this.staging.rollBack();
      await this.repository.finish(importId, error instanceof ImportCancelled ? 'cancelled' : 'failed', null, error.message);
    }
    await this.live.publish({ type: 'imports', ids: [importId] });
  }

  private async work(job: ImportJob): Promise<void> {
    const read: Read = { rows: 0, bytes: 0, encoding: 'utf-8', header: [], mapper: null };
    // The whole file is read before anything is staged wrongly: a failure in the middle leaves only the temporary table behind.
    await this.staging.fill(sourceFields[job.source], this.rows(job, read));
    if (read.encoding === 'windows-1252') await this.staging.find(legacyEncoding);
    await this.report(job, read, 'checking');
    const withheld = { rows: 0 };
    const outcome = await this.writers.of(job.source).run({
      importId: job.id,
      mapping: job.mapping,
      told: read.mapper?.told() ?? new Set(),
      requestedBy: job.requested_by,
      mayWrite: () => this.mayWrite(job, read, withheld),
    });
    const found = await this.repository.countFindings();
    const whole = { created: 0, updated: 0, unchanged: 0, withheld: outcome.created + outcome.updated + outcome.unchanged };
    const counts: ImportCounts = { rows: read.rows, ...(withheld.rows > 0 ? whole : { ...outcome, withheld: 0 }), ...found };
    await this.repository.saveFindings(job.id, placesOf(job.mapping, read));
    // Who asks to stop before the end is certain gets what was asked for.
    if (await this.repository.cancelRequested(job.id)) throw new ImportCancelled();
    if (withheld.rows > 0) await this.repository.finish(job.id, 'failed', counts, refusal(withheld.rows, read.rows));
    else await this.repository.finish(job.id, 'done', counts, null);
    if (job.source === 'pipeline_items' && !job.dry_run && withheld.rows === 0) await this.live.publish({ type: 'deals', ids: [] });
  }

  private async mayWrite(job: ImportJob, read: Read, withheld: { rows: number }): Promise<boolean> {
    await this.report(job, read, 'writing');
    if (job.all_or_nothing) withheld.rows = await this.repository.badRows(job.mapping.until === undefined);
    return !job.dry_run && withheld.rows === 0;
  }

  private async *rows(job: ImportJob, read: Read): AsyncGenerator<StagedRow[]> {
    let reported = 0;
    for await (const records of this.files.records(job, read)) {
      let body = records;
      if (read.mapper === null) {
        const [header, ...rest] = records;
        if (!header) continue;
        read.header = checkedHeader(header, job.mapping);
        read.mapper = new RowMapper(job.mapping, read.header, currentContext().timeZone);
        body = rest;
        await this.report(job, read, 'reading');
      }
      read.rows += body.length;
      const mapper = read.mapper;
      yield body.map((record) => mapper.map(record));
      if (read.rows - reported >= progressEvery) {
        reported = read.rows;
        await this.report(job, read, 'reading');
      }
    }
    if (read.mapper === null) throw new ImportFailure('The file is empty.');
  }

  /** Says how far the work is, in a transaction of its own, and stops it when somebody asked to. */
  private async report(job: ImportJob, read: Read, phase: 'reading' | 'checking' | 'writing'): Promise<void> {
    const { cancel } = await this.units.run({ tenantId: currentContext().tenantId, separate: true }, async () => {
      await this.live.publish({ type: 'imports', ids: [job.id] });
      return this.repository.progress(job.id, { rows: read.rows, bytes: read.bytes, phase });
    });
    if (cancel) throw new ImportCancelled();
  }
}

function refusal(bad: number, rows: number): string {
  return `Nothing was imported: ${bad} of ${rows} rows ${bad === 1 ? 'is' : 'are'} not in order, and all or nothing was asked for.`;
}

/** Where the value of each field stands in the file, under the names that findings use for it. */
function placesOf(mapping: ImportMapping, { header, encoding }: Read): CellPlace[] {
  const sources: [string, string | undefined][] = Object.entries(mapping.fields).flatMap(([field, { column }]) => [
    [field, column],
    [columnOf(field), column],
  ]);
  for (const { key, stage, at, value } of mapping.events ?? [])
    sources.push(
      [`${key}.stage`, stage.column],
      [`${key}.at`, at.column],
      [`${key}.value`, value?.column],
      ['stage', stage.column],
      ['at', at.column],
      ['value', value?.column],
    );
  const known = new Map<string, CellPlace>();
  for (const [field, column] of sources) {
    const place = column === undefined ? -1 : header.indexOf(column);
    if (place >= 0 && !known.has(field))
      known.set(field, { field, column: column as string, letter: encoding === 'workbook' ? letterOf(place) : null });
  }
  return [...known.values()];
}

function checkedHeader(header: FileRecord, mapping: ImportMapping): string[] {
  const names = header.cells.map((cell) => cell.trim());
  const twice = names.find((name, place) => name !== '' && names.indexOf(name) !== place);
  if (twice !== undefined) throw new ImportFailure(`The column "${twice.slice(0, 60)}" stands twice in the first line.`);
  const missing = columnsOf(mapping).filter((column) => !names.includes(column));
  if (missing.length > 0)
    throw new ImportFailure(
      `The file has no column ${missing.map((name) => `"${name}"`).join(', ')}. Its columns are ${names
        .slice(0, 30)
        .map((name) => `"${name.slice(0, 60)}"`)
        .join(', ')}.`,
    );
  return names;
}
