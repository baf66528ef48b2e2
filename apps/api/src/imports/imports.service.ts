import { Inject, Injectable } from '@nestjs/common';
import type { FindingQuery, Import, ImportFindingPage, ImportInspection, ImportMapping, ImportPage, ImportPresetPage } from '@waymark/contracts';
import { limits } from '@waymark/contracts';
import { DomainError } from '@waymark/kernel';
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { scopeOf } from '../access/permissions.js';
import { CONFIG, type Config } from '../config/config.js';
import { AuditTrail } from '../platform/audit/audit-trail.js';
import { UnitOfWork } from '../platform/database/unit-of-work.js';
import { csvHead, csvLines } from '../platform/http/csv.js';
import { decodeCursor, encodeCursor } from '../platform/http/cursor.js';
import { invalid } from '../platform/http/validation.js';
import { JobQueue } from '../platform/jobs/job-queue.js';
import { currentContext } from '../platform/request-context.js';
import { importJob } from './imports.jobs.js';
import { ImportsRepository } from './imports.repository.js';
import { checkedMapping } from './mapping.js';
import { presets, suggestedFor } from './presets.js';
import { beginningOf, textLook, workbookLook } from './file-look.js';
import { encodingOf, isZip } from './text-decoder.js';

const chunkBytes = 256 * 1024;
const findingsAtOnce = 5000;

/** A file on its way in and how to read it. */
export interface Upload {
  fileName: string;
  content: AsyncIterable<Buffer>;
  mapping: unknown;
  dryRun: boolean;
  /** Nothing is written when a row is not in order. */
  allOrNothing?: boolean;
}

@Injectable()
export class ImportsService {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly repository: ImportsRepository,
    private readonly units: UnitOfWork,
    private readonly queue: JobQueue,
    private readonly audit: AuditTrail,
  ) {}

  presets(): ImportPresetPage {
    return { items: [...presets], nextCursor: null };
  }

  /** Stores the file piece by piece in short transactions and hands it to the worker. `requestedBy` acts; loading history needs the capability. */
  async receive(upload: Upload, requestedBy: string, roles: readonly string[]): Promise<string> {
    const mapping = mappingOf(upload.mapping);
    if (mapping.knownAt !== undefined && mapping.knownAt !== 'now' && scopeOf(roles, 'facts.backfill') === null)
      throw new DomainError('forbidden', 'Loading history with the time at which it became known needs the capability facts.backfill.', {
        params: { capability: 'facts.backfill' },
      });
    const { tenantId } = currentContext();
    const { dryRun, allOrNothing = false } = upload;
    const short = <T>(work: () => Promise<T>) => this.units.run({ tenantId, userId: requestedBy, separate: true }, work);
    const id = await short(() => this.repository.create(upload.fileName.slice(0, 200), mapping, { dryRun, allOrNothing }, requestedBy));
    const hash = createHash('sha256');
    let bytes = 0;
    let sequence = 0;
    try {
      for await (const piece of pieces(upload.content)) {
        bytes += piece.length;
        if (bytes > this.config.importMaxBytes) throw new DomainError('too_large', `A file may have at most ${this.config.importMaxBytes} bytes.`);
        if (sequence === 0) refuseUnreadable(piece);
        hash.update(piece);
        const place = sequence++;
        await short(() => this.repository.addChunk(id, place, piece));
      }
    } catch (error) {
      const sentence = error instanceof DomainError && error.code === 'unsupported' ? error.message : 'The file did not arrive whole.';
      await short(() => this.repository.finish(id, 'failed', null, sentence));
      throw error;
    }
    await short(async () => {
      await this.repository.received(id, bytes, hash.digest('hex'));
      await this.queue.enqueue(importJob, id);
      const after = { source: mapping.source, dryRun, ...(allOrNothing && { allOrNothing }), bytes };
      await this.audit.record({ action: 'import.started', object: { type: 'import', id }, after });
    });
    return id;
  }

  /** Columns and first rows of a CSV file or of a sheet of a workbook. Of a text its beginning is looked at, of a workbook all. */
  async inspect(content: AsyncIterable<Buffer>, sheet?: string): Promise<ImportInspection> {
    const start = await beginningOf(content);
    if (start.length === 0) throw invalid([{ field: 'file', code: 'empty', message: 'The file is empty' }]);
    try {
      const look = isZip(start) ? await workbookLook(start, sheet) : textLook(start);
      const [header, ...rows] = look.records;
      const columns = (header?.cells ?? []).map((cell) => cell.trim());
      const { encoding, delimiter, sheets } = look;
      return { columns, sampleRows: rows.map((row) => row.cells), suggestedPreset: suggestedFor(columns)?.key ?? null, encoding, delimiter, sheets };
    } catch (error) {
      if (error instanceof DomainError) throw error;
      throw invalid([{ field: 'file', code: 'unreadable', message: (error as Error).message }]);
    }
  }

  async get(id: string): Promise<Import> {
    const found = await this.repository.find(id);
    if (!found) throw new DomainError('not_found', 'There is no such import.');
    return found;
  }

  async list(cursor: string | undefined, limit: number): Promise<ImportPage> {
    const [after = null] = decodeCursor(cursor, 1) ?? [];
    const items = await this.repository.list(after, limit + 1);
    const page = items.slice(0, limit);
    return { items: page, nextCursor: items.length > limit ? encodeCursor([page.at(-1)?.id ?? null]) : null };
  }

  async findings(id: string, query: FindingQuery): Promise<ImportFindingPage> {
    await this.get(id);
    const limit = query.limit ?? limits.page.default;
    const keys = decodeCursor(query.cursor, 2);
    const after = keys ? { line: Number(keys[0]), id: keys[1] as string } : null;
    const items = await this.repository.findings(id, query.severity ?? null, after, limit + 1);
    const page = items.slice(0, limit);
    const last = page.at(-1);
    return { items: page, nextCursor: items.length > limit && last ? encodeCursor([String(last.line), last.id]) : null };
  }

  /** All findings as CSV, read and written piece by piece: a file of a million lines takes the memory of one piece. Throws `not_found` before the first. */
  async findingsFile(id: string, severity: string | undefined): Promise<Readable> {
    await this.get(id);
    const { tenantId, userId } = currentContext();
    const next = (after: FindingPlace | null) =>
      this.units.run({ tenantId, userId, readOnly: true, separate: true }, () =>
        this.repository.findings(id, severity ?? null, after, findingsAtOnce),
      );
    return Readable.from(csvPieces(next), { objectMode: false });
  }

  async cancel(id: string): Promise<Import> {
    await this.get(id);
    if ((await this.repository.requestCancel(id)) === 0) throw new DomainError('conflict', 'This import has already ended.');
    return this.get(id);
  }
}

/** What nobody could read is told at once and not by the worker. */
function refuseUnreadable(start: Buffer): void {
  if (isZip(start)) return;
  try {
    encodingOf(start);
  } catch (error) {
    throw new DomainError('unsupported', (error as Error).message, {
      fields: [{ field: 'file', code: 'unreadable', message: (error as Error).message }],
    });
  }
}

function mappingOf(input: unknown): ImportMapping {
  if (typeof input !== 'string') return checkedMapping(input);
  const preset = presets.find((known) => known.key === input);
  if (preset) return preset.mapping;
  try {
    return checkedMapping(JSON.parse(input));
  } catch (error) {
    if (error instanceof DomainError) throw error;
    throw invalid([{ field: 'mapping', code: 'mapping', message: 'mapping must be the key of a preset or a JSON object' }]);
  }
}

type FindingPlace = { line: number; id: string };
type Finding = Awaited<ReturnType<ImportsRepository['findings']>>[number];

async function* csvPieces(next: (after: FindingPlace | null) => Promise<Finding[]>): AsyncGenerator<string> {
  yield csvHead(['line', 'severity', 'code', 'field', 'value', 'message', 'column', 'cell']);
  let last: FindingPlace | null = null;
  for (;;) {
    const rows: Finding[] = await next(last);
    yield csvLines(rows.map((row) => [row.line, row.severity, row.code, row.field, row.value, row.message, row.column, row.cell]));
    if (rows.length < findingsAtOnce) return;
    last = rows.at(-1) ?? null;
  }
}

async function* pieces(content: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let held: Buffer[] = [];
  let size = 0;
  for await (const piece of content) {
    held.push(piece);
    size += piece.length;
    if (size >= chunkBytes) {
      yield Buffer.concat(held);
      held = [];
      size = 0;
    }
  }
  if (size > 0) yield Buffer.concat(held);
}
