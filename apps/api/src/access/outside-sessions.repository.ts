import { Injectable } from '@nestjs/common';
import { Db } from '../platform/database/db.js';
import { currentContext } from '../platform/request-context.js';

export interface OutsideSession {
  match: 'email' | 'external_id';
  /** What the claim says: e-mail or external id. */
  name: string;
  /** Hash of issuer, subject and session: the same tokens of one outside session share one row. */
  key: string;
  expiresAt: Date;
  device: string | null;
  address: string;
}

@Injectable()
export class OutsideSessionsRepository {
  constructor(private readonly db: Db) {}

  /** The session of an active person of this organisation; null when there is no such person, or the session was ended here. */
  async join(session: OutsideSession): Promise<{ id: string; userId: string } | null> {
    const row = await this.db.maybe<{ id: string; user_id: string }>(
      `insert into sessions as s (tenant_id, user_id, refresh_hash, kind, outside_key, device, address, expires_at)
       select tenant_id, id, '', 'outside', $4, $5, $6, $7 from users
       where tenant_id = $1 and status = 'active' and case when $2 = 'email' then email = lower($3) else external_id = $3 end
       on conflict (tenant_id, outside_key) do update set last_used_at = now(), expires_at = greatest(s.expires_at, excluded.expires_at)
         where s.user_id = excluded.user_id and s.revoked_at is null
       returning id, user_id`,
      [currentContext().tenantId, session.match, session.name, session.key, session.device, session.address, session.expiresAt],
    );
    return row && { id: row.id, userId: row.user_id };
  }
}
