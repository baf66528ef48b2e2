import { Injectable } from '@nestjs/common';
import type { ImportCounts, ImportMapping } from '@waymark/contracts';
import { UnitOfWork } from '../platform/database/unit-of-work.js';
import { LivePublisher } from '../platform/live/live-publisher.js';
import { currentContext } from '../platform/request-context.js';
import { CsvError, CsvReader, type CsvRecord, delimiterOf } from './csv-reader.js';
import { ImportActivities } from './import-activities.js';
import { type CustomerSource, ImportCustomerFacts } from './import-customer-facts.js';
import { ImportCancelled, ImportFailure } from './import-failure.js';
import { ImportPeople } from './import-people.js';
import { ImportPipeline } from './import-pipeline.js';
import { type Outcome, ImportSources } from './import-sources.js';
import { type ImportJob, ImportsRepository } from './imports.repository.js';
import { columnsOf } from './mapping.js';
import { RowMapper, type StagedRow } from './row-mapper.js';
import { StagingRepository } from './staging.repository.js';
import { decoderOf, type Encoding, encodingOf } from './text-decoder.js';

const progressEvery = 5000;

const legacyEncoding = `select 1, 'repaired', 'encoding', null, null, 'The file is not UTF-8; it was read as Windows-1252 (Latin-1).'`;

/** What is known about the file while it is read. */
interface Read {
  rows: number;
  encoding: Encoding;
}

/** Runs one import inside the present transaction: all of it is written or nothing. */
@Injectable()
export class ImportRunner {
  constructor(
    private readonly repository: ImportsRepository,
    private readonly staging: StagingRepository,
    private readonly sources: ImportSources,
    private readonly people: ImportPeople,
    private readonly pipeline: ImportPipeline,
    private readonly activities: ImportActivities,
    private readonly customers: ImportCustomerFacts,
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
    const read: Read = { rows: 0, encoding: 'utf-8' };
    // The whole file is read before anything is staged wrongly: a failure in the middle leaves only the temporary table behind.
    await this.staging.fill(job.source, this.rows(job, read));
    if (read.encoding !== 'utf-8') await this.staging.find(legacyEncoding);
    const outcome = await this.apply(job, job.mapping);
    const found = await this.repository.countFindings();
    const counts: ImportCounts = { rows: read.rows, ...outcome, ...found };
    await this.repository.saveFindings(job.id);
    await this.repository.finish(job.id, 'done', counts, null);
    if (job.source === 'pipeline_items' && !job.dry_run) await this.live.publish({ type: 'deals', ids: [] });
  }

  private apply(job: ImportJob, mapping: ImportMapping): Promise<Outcome> {
    if (job.source === 'products') return this.sources.products(job.dry_run);
    if (job.source === 'companies') return this.sources.companies(job.dry_run);
    if (job.source === 'people') return this.people.run(job.id, job.dry_run);
    if (job.source === 'activities') return this.activities.run(mapping, job.requested_by, job.dry_run);
    if (job.source === 'pipeline_items') return this.pipeline.run(mapping, job.requested_by, job.dry_run);
    return this.customers.run(job.source satisfies CustomerSource, mapping, job.requested_by, job.dry_run);
  }

  private async *rows(job: ImportJob, read: Read): AsyncGenerator<StagedRow[]> {
    let mapper: RowMapper | null = null;
    let reported = 0;
    for await (const records of this.records(job, read)) {
      let body = records;
      if (mapper === null) {
        const [header, ...rest] = records;
        if (!header) continue;
        mapper = new RowMapper(job.mapping, checkedHeader(header, job.mapping), currentContext().timeZone);
        body = rest;
      }
      read.rows += body.length;
      const rows = mapper;
      yield body.map((record) => rows.map(record));
      if (read.rows - reported >= progressEvery) {
        reported = read.rows;
        await this.report(job, read.rows);
      }
    }
    if (mapper === null) throw new ImportFailure('The file is empty.');
  }

  private async *records(job: ImportJob, read: Read): AsyncGenerator<CsvRecord[]> {
    let reader: CsvReader | null = null;
    let decode: ((piece: Buffer | null) => string) | null = null;
    for (let sequence = 0; ; sequence += 1) {
      const chunk = await this.units.run({ tenantId: currentContext().tenantId, separate: true, readOnly: true }, () =>
        this.repository.chunk(job.id, sequence),
      );
      if (!chunk) break;
      if (decode === null) {
        read.encoding = encodingOf(chunk.bytes);
        decode = decoderOf(read.encoding);
      }
      const text = decode(chunk.bytes);
      reader ??= new CsvReader(job.mapping.delimiter ?? delimiterOf(text));
      yield reader.push(text);
    }
    if (reader && decode) {
      const rest = decode(null);
      yield [...(rest ? reader.push(rest) : []), ...reader.end()];
    }
  }

  private async report(job: ImportJob, rows: number): Promise<void> {
    const { cancel } = await this.units.run({ tenantId: currentContext().tenantId, separate: true }, async () => {
      await this.live.publish({ type: 'imports', ids: [job.id] });
      return this.repository.progress(job.id, rows);
    });
    if (cancel) throw new ImportCancelled();
  }
}

function checkedHeader(header: CsvRecord, mapping: ImportMapping): string[] {
  const names = header.cells.map((cell) => cell.trim());
  const twice = names.find((name, place) => names.indexOf(name) !== place);
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
