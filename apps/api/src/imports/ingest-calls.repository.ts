import { Injectable } from '@nestjs/common';
import type { IngestCall, IngestCallProblem } from '@waymark/contracts';
import { Db } from '../platform/database/db.js';
import { currentContext } from '../platform/request-context.js';

/** A call as it came. */
export interface NotedCall {
  source: string;
  dryRun: boolean;
  /** Null for the session of a person. */
  keyId: string | null;
}

interface CallCounts {
  rows: number;
  created: number;
  updated: number;
  unchanged: number;
  refused: number;
  problems: IngestCallProblem[];
}

/** Calls of each key that are kept. */
const kept = 200;

@Injectable()
export class IngestCallsRepository {
  constructor(private readonly db: Db) {}

  async insert({ source, dryRun, keyId }: NotedCall, { rows, created, updated, unchanged, refused, problems }: CallCounts): Promise<string> {
    const { tenantId, userId } = currentContext();
    const row = await this.db.one<{ id: string }>(
      `insert into ingest_calls (tenant_id, api_key_id, user_id, source, dry_run, row_count, created, updated, unchanged, refused, problems)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) returning id`,
      [tenantId, keyId, userId, source, dryRun, rows, created, updated, unchanged, refused, JSON.stringify(problems)],
    );
    return row.id;
  }

  async forget(keyId: string | null): Promise<void> {
    await this.db.run(
      `delete from ingest_calls where tenant_id = $1 and api_key_id is not distinct from $2
         and id <= (select id from ingest_calls where tenant_id = $1 and api_key_id is not distinct from $2 order by id desc offset ${kept} limit 1)`,
      [currentContext().tenantId, keyId],
    );
  }

  async page(keyId: string | null, after: string | null, limit: number): Promise<IngestCall[]> {
    const rows = await this.db.many<{ call: IngestCall }>(
      `select json_build_object('id', c.id, 'at', to_char(c.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'source', c.source, 'dryRun', c.dry_run,
         'key', case when k.id is not null then json_build_object('id', k.id, 'name', k.label) end, 'user', json_build_object('id', u.id, 'name', u.name),
         'rows', c.row_count, 'created', c.created, 'updated', c.updated, 'unchanged', c.unchanged, 'refused', c.refused, 'problems', c.problems) as call
       from ingest_calls c join users u on u.tenant_id = $1 and u.id = c.user_id left join api_keys k on k.tenant_id = $1 and k.id = c.api_key_id
       where c.tenant_id = $1 and ($2::uuid is null or c.api_key_id = $2) and ($3::uuid is null or c.id < $3) order by c.id desc limit $4`,
      [currentContext().tenantId, keyId, after, limit],
    );
    return rows.map((row) => row.call);
  }
}
