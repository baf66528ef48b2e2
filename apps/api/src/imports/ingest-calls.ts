import { Injectable } from '@nestjs/common';
import { type IngestCallPage, type IngestCallQuery, type IngestResult, limits } from '@waymark/contracts';
import { decodeCursor, encodeCursor } from '../platform/http/cursor.js';
import { LivePublisher } from '../platform/live/live-publisher.js';
import { IngestCallsRepository, type NotedCall } from './ingest-calls.repository.js';

const problemsKept = 20;

/** The calls that brought facts, for who builds the other side (PLAT-06): what became of their rows, never what stood in them. */
@Injectable()
export class IngestCalls {
  constructor(
    private readonly repository: IngestCallsRepository,
    private readonly live: LivePublisher,
  ) {}

  /** Part of the call's own transaction: a call that is refused as a whole leaves no note. */
  async note(call: NotedCall, { rows, ...counts }: IngestResult): Promise<void> {
    const problems = rows.flatMap(({ row, problems: found }) => found.map(({ field, code }) => ({ row, field, code }))).slice(0, problemsKept);
    const id = await this.repository.insert(call, { ...counts, rows: rows.length, problems });
    await this.repository.forget(call.keyId);
    await this.live.publish({ type: 'ingest', ids: [id] });
  }

  async page(query: IngestCallQuery): Promise<IngestCallPage> {
    const limit = query.limit ?? limits.page.default;
    const [after = null] = decodeCursor(query.cursor, 1) ?? [];
    const rows = await this.repository.page(query.keyId ?? null, after, limit + 1);
    const items = rows.slice(0, limit);
    return { items, nextCursor: rows.length > limit ? encodeCursor([items.at(-1)?.id ?? null]) : null };
  }
}
