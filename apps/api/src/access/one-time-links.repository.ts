import { Injectable } from '@nestjs/common';
import { Db } from '../platform/database/db.js';
import { currentContext } from '../platform/request-context.js';

export type LinkKind = 'invitation' | 'reset';

export interface LinkPerson {
  id: string;
  name: string;
  email: string | null;
  password_hash: string | null;
  status: string;
}

export interface LivingLink {
  id: string;
  user_id: string;
  expires_at: Date;
  name: string;
  email: string;
  password_hash: string | null;
}

/** One-time links. They live by the real clock, not by the organisation's (Q100). */
@Injectable()
export class OneTimeLinksRepository {
  constructor(private readonly db: Db) {}

  person(by: { id: string } | { email: string }): Promise<LinkPerson | null> {
    const [column, value] = 'id' in by ? ['id', by.id] : ['email', by.email];
    return this.db.maybe<LinkPerson & Record<string, unknown>>(
      `select id, name, email, password_hash, status from users where tenant_id = $1 and ${column} = $2 and not service_account`,
      [currentContext().tenantId, value],
    );
  }

  /** Stores a new link; older ones of the kind work no more. The row of the person is locked, so that two makers leave one living link. */
  async make(link: { userId: string; kind: LinkKind; hash: string; addressHash: string; hours: number }): Promise<Date> {
    const { tenantId } = currentContext();
    await this.db.run('select 1 from users where tenant_id = $1 and id = $2 for update', [tenantId, link.userId]);
    await this.voidAll(link.userId, link.kind);
    const row = await this.db.one<{ expires_at: Date }>(
      `insert into one_time_links (tenant_id, user_id, kind, hash, address_hash, expires_at)
       values ($1, $2, $3, $4, $5, now() + $6 * interval '1 hour') returning expires_at`,
      [tenantId, link.userId, link.kind, link.hash, link.addressHash, link.hours],
    );
    return row.expires_at;
  }

  /** Old links of the person stop working, and mails with them that were not sent yet are not sent. */
  async voidAll(userId: string, kind: LinkKind | null): Promise<void> {
    const { tenantId } = currentContext();
    await this.db.run(
      `update one_time_links set voided_at = now()
       where tenant_id = $1 and user_id = $2 and ($3::text is null or kind = $3) and used_at is null and voided_at is null`,
      [tenantId, userId, kind],
    );
    await this.db.run(
      `update outbox set state = 'dropped', payload = '{}', last_error = 'its link works no more', done_at = now()
       where tenant_id = $1 and user_id = $2 and state = 'ready' and payload ->> 'kind' in ('invitation', 'reset')
         and ($3::text is null or payload ->> 'kind' = $3)`,
      [tenantId, userId, kind],
    );
  }

  /** The living link with this hash, for an active person who still has the address it was sent to; else null. */
  living(kind: LinkKind, hash: string): Promise<LivingLink | null> {
    return this.db.maybe<LivingLink & Record<string, unknown>>(
      `select l.id, l.user_id, l.expires_at, u.name, u.email, u.password_hash
       from one_time_links l join users u on u.tenant_id = l.tenant_id and u.id = l.user_id
       where l.tenant_id = $1 and l.kind = $2 and l.hash = $3 and l.used_at is null and l.voided_at is null and l.expires_at > now()
         and u.status = 'active' and encode(sha256(convert_to(u.email, 'UTF8')), 'hex') = l.address_hash`,
      [currentContext().tenantId, kind, hash],
    );
  }

  /** Uses a link up; false when somebody else did meanwhile. */
  async use(id: string): Promise<boolean> {
    return (
      (await this.db.run(
        'update one_time_links set used_at = now() where tenant_id = $1 and id = $2 and used_at is null and voided_at is null and expires_at > now()',
        [currentContext().tenantId, id],
      )) === 1
    );
  }

  async setPassword(userId: string, passwordHash: string, name: string | null): Promise<void> {
    await this.db.run('update users set password_hash = $3, name = coalesce($4, name) where tenant_id = $1 and id = $2', [
      currentContext().tenantId,
      userId,
      passwordHash,
      name,
    ]);
  }

  /** Forgets links that ended long ago. */
  async forgetOld(): Promise<void> {
    await this.db.run(`delete from one_time_links where tenant_id = $1 and expires_at < now() - interval '90 days'`, [currentContext().tenantId]);
  }
}
