import { Injectable } from '@nestjs/common';
import type { ApiKey } from '@waymark/contracts';
import { Db } from '../platform/database/db.js';
import { currentContext } from '../platform/request-context.js';

interface NewKey {
  id: string;
  label: string;
  hash: string;
  scopes: readonly string[];
  days: number;
}

/** A key as it is told; the hint is added by the service. */
export type ApiKeyRow = Omit<ApiKey, 'hint'>;

const instant = (column: string) => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
const shape = `json_build_object('id', k.id, 'label', k.label, 'scopes', k.scopes, 'createdBy', json_build_object('id', u.id, 'name', u.name),
  'state', case when k.revoked_at is not null then 'revoked' when k.expires_at <= now() then 'expired' when u.status <> 'active' then 'creator_inactive'
    else 'active' end,
  'createdAt', ${instant('k.created_at')}, 'expiresAt', ${instant('k.expires_at')}, 'lastUsedAt', ${instant('k.last_used_at')},
  'revokedAt', ${instant('k.revoked_at')})`;
const tables = 'api_keys k join users u on u.tenant_id = k.tenant_id and u.id = k.created_by';

/** Keys live by the real clock, not by the organisation's (Q100). */
@Injectable()
export class ApiKeysRepository {
  constructor(private readonly db: Db) {}

  async secretOf(id: string): Promise<{ hash: string; createdBy: string } | null> {
    return this.db.maybe<{ hash: string; createdBy: string }>(
      'select hash, created_by as "createdBy" from api_keys where tenant_id = $1 and id = $2',
      [currentContext().tenantId, id],
    );
  }

  async noteUse(id: string): Promise<void> {
    await this.db.run(
      `update api_keys set last_used_at = now() where tenant_id = $1 and id = $2 and revoked_at is null and expires_at > now()
         and (last_used_at is null or last_used_at <= now() - interval '1 minute')`,
      [currentContext().tenantId, id],
    );
  }

  async create(key: NewKey): Promise<void> {
    const { tenantId, userId } = currentContext();
    await this.db.run(
      `insert into api_keys (tenant_id, id, created_by, label, hash, scopes, created_at, expires_at)
       values ($1, $2, $3, $4, $5, $6, now(), now() + $7 * interval '1 day')`,
      [tenantId, key.id, userId, key.label, key.hash, key.scopes, key.days],
    );
  }

  /** How many keys of the organisation work or could work again. */
  async living(): Promise<number> {
    const row = await this.db.one<{ n: number }>(
      'select count(*)::int as n from api_keys where tenant_id = $1 and revoked_at is null and expires_at > now()',
      [currentContext().tenantId],
    );
    return row.n;
  }

  async find(id: string): Promise<ApiKeyRow | null> {
    const row = await this.db.maybe<{ key: ApiKeyRow }>(`select ${shape} as key from ${tables} where k.tenant_id = $1 and k.id = $2`, [
      currentContext().tenantId,
      id,
    ]);
    return row?.key ?? null;
  }

  async page(after: { createdAt: string; id: string } | null, limit: number): Promise<ApiKeyRow[]> {
    const rows = await this.db.many<{ key: ApiKeyRow }>(
      `select ${shape} as key from ${tables} where k.tenant_id = $1 and ($2::timestamptz is null or (k.created_at, k.id) < ($2::timestamptz, $3::uuid))
       order by k.created_at desc, k.id desc limit $4`,
      [currentContext().tenantId, after?.createdAt ?? null, after?.id ?? null, limit],
    );
    return rows.map((row) => row.key);
  }

  /** Ends a key; false when it had ended by somebody's hand before. */
  async revoke(id: string): Promise<boolean> {
    const { tenantId, userId } = currentContext();
    return (
      (await this.db.run('update api_keys set revoked_at = now(), revoked_by = $3 where tenant_id = $1 and id = $2 and revoked_at is null', [
        tenantId,
        id,
        userId,
      ])) === 1
    );
  }
}
