import { Injectable } from '@nestjs/common';
import type { IngestProblem, IngestResult } from '@waymark/contracts';
import { DomainError } from '@waymark/kernel';
import { AuditTrail } from '../platform/audit/audit-trail.js';
import { LivePublisher } from '../platform/live/live-publisher.js';
import { currentContext } from '../platform/request-context.js';
import type { TakenRow } from './import-source.js';
import { ImportWriters } from './import-writers.js';
import { IngestRows, type IngestSource } from './ingest-rows.js';
import { type FoundInRow, IngestRepository } from './ingest.repository.js';
import { importSourceDefinitions } from './source-registry.js';
import { StagingRepository } from './staging.repository.js';

/**
 * Rows of other systems, up to ten thousand a call (SRC-09): staged and written by the set-based import, so that a call costs a fixed number of
 * statements and every row passes the same guards as in a file (GATE-07). What was taken and what not is told row by row.
 */
@Injectable()
export class IngestService {
  constructor(
    private readonly repository: IngestRepository,
    private readonly staging: StagingRepository,
    private readonly writers: ImportWriters,
    private readonly audit: AuditTrail,
    private readonly live: LivePublisher,
  ) {}

  /** With `dryRun` everything is checked and nothing written: the result says what would become of each row. */
  async take(source: IngestSource, inputs: readonly object[], dryRun = false): Promise<IngestResult> {
    await this.repository.takeTurns();
    const reader = new IngestRows(source, currentContext().timeZone);
    const rows = inputs.map((input, index) => reader.read(input, index + 1));
    await this.staging.fill(importSourceDefinitions[source].fields, batches(rows));
    const taken = await this.write(source, reader, dryRun);
    const result = resultOf(rows, taken, await this.repository.found());
    const { rows: _rows, ...counts } = result;
    if (!dryRun) await this.audit.record({ action: 'facts.ingested', object: { type: source, id: null }, after: { rows: rows.length, ...counts } });
    if (!dryRun && source === 'pipeline_items' && counts.created + counts.updated > 0) await this.live.publish({ type: 'deals', ids: [] });
    return result;
  }

  private async write(source: IngestSource, reader: IngestRows, dryRun: boolean): Promise<TakenRow[]> {
    const requestedBy = currentContext().userId as string;
    const writer = this.writers.of(source);
    const mayWrite = () => Promise.resolve(!dryRun);
    try {
      await writer.run({ importId: null, mapping: reader.mapping(), told: reader.named, requestedBy, mayWrite });
    } catch (error) {
      if ((error as { code?: string }).code !== '23505') throw error;
      throw new DomainError('conflict', 'Somebody else wrote one of these external ids at this moment. Nothing was written; send the call again.');
    }
    return (await writer.taken?.()) ?? [];
  }
}

async function* batches<T>(rows: T[]): AsyncGenerator<T[]> {
  for (let from = 0; from < rows.length; from += 1000) yield await Promise.resolve(rows.slice(from, from + 1000));
}

type Staged = ReturnType<IngestRows['read']>;

function resultOf(rows: Staged[], taken: readonly TakenRow[], found: FoundInRow[]): IngestResult {
  const places = new Map(taken.map((row) => [row.line, row]));
  const problems = new Map<number, IngestProblem[]>();
  for (const one of found) problems.set(one.line, [...(problems.get(one.line) ?? []), problemOf(one)]);
  const result: IngestResult = { created: 0, updated: 0, unchanged: 0, refused: 0, rows: [] };
  for (const { line, values } of rows) {
    const place = places.get(line);
    const outcome = place?.outcome ?? 'refused';
    result[outcome] += 1;
    result.rows.push({ row: line, externalId: values['externalId'] ?? null, id: place?.id ?? null, outcome, problems: problems.get(line) ?? [] });
  }
  return result;
}

/** A finding in the words of a message instead of a file. */
function problemOf({ code, field, message }: FoundInRow): IngestProblem {
  const name = field?.replaceAll(/_([a-z])/g, (_all, letter: string) => letter.toUpperCase()) ?? null;
  if (code === 'held_future') return { field: name === 'at' ? 'occurredAt' : name, code: 'future', message: 'It occurred later than now.' };
  return { field: name, code, message: message.replace(/^Line (\d+) has the same external_id/, 'Row $1 has the same externalId') };
}
