import { Injectable } from '@nestjs/common';
import type { AuditFault, AuditQuery } from '@waymark/contracts';
import { Db } from '../platform/database/db.js';
import { currentContext } from '../platform/request-context.js';

const instant = (column: string) => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
const person = (id: string, table: string) => `case when ${id} is not null then json_build_object('id', ${id}, 'name', ${table}.name) end`;
const faultsShown = 20;

/** Reads the audit trail; nobody but `AuditTrail` writes it. */
@Injectable()
export class AuditLogRepository {
  constructor(private readonly db: Db) {}

  /** A page as JSON text, newest first, with the id after which the next page begins. */
  async page(filter: AuditQuery, after: string | null, limit: number): Promise<{ items: string; next: string | null }> {
    const params: unknown[] = [currentContext().tenantId, limit];
    const conditions = ['tenant_id = $1'];
    const add = (value: unknown, condition: (place: string) => string) => {
      if (value === undefined || value === null) return;
      params.push(value);
      conditions.push(condition(`$${params.length}`));
    };
    add(filter.action, (place) => `(action = ${place} or starts_with(action, ${place} || '.'))`);
    add(filter.actorId, (place) => `actor_id = ${place}`);
    add(filter.subjectId, (place) => `subject_id = ${place}`);
    add(filter.objectType, (place) => `object_type = ${place}`);
    add(filter.objectId, (place) => `object_id = ${place}`);
    add(filter.from, (place) => `at >= ${place}`);
    add(filter.to, (place) => `at < ${place}`);
    add(after, (place) => `id < ${place}`);
    const where = conditions.join(' and ');
    return this.db.one<{ items: string; next: string | null }>(
      `select coalesce((select json_agg(x order by x.id desc) from (
           select e.id, ${instant('e.at')} as at, ${person('e.actor_id', 'a')} as actor, e.action, e.object_type as "objectType", e.object_id as "objectId",
             ${person('e.subject_id', 's')} as subject, e.before, e.after, e.reason, e.request_id as "requestId", c.seq, c.hash
           from (select * from audit_events where ${where} order by id desc limit $2) e
             join audit_chain c on c.tenant_id = $1 and c.event_id = e.id
             left join users a on a.tenant_id = $1 and a.id = e.actor_id left join users s on s.tenant_id = $1 and s.id = e.subject_id) x), '[]')::text as items,
         (select case when count(*) = 2 then max(e.id::text) end from (select id from audit_events where ${where} order by id desc offset $2 - 1 limit 2) e) as next`,
      params,
    );
  }

  /** The last link of the chain, or null where nothing was sealed yet. */
  head(): Promise<{ seq: string; hash: string } | null> {
    return this.db.maybe('select seq, hash from audit_heads where tenant_id = $1', [currentContext().tenantId]);
  }

  /** The end of the chain and what does not fit in it. */
  async chain(): Promise<{ events: number; hash: string | null; faults: AuditFault[] }> {
    const { tenantId } = currentContext();
    const head = await this.head();
    const faults = await this.db.many<{ seq: string | null; fault: string }>(`select seq, fault from app.audit_faults($1) limit ${faultsShown}`, [
      tenantId,
    ]);
    return {
      events: Number(head?.seq ?? 0),
      hash: head?.hash ?? null,
      faults: faults.map(({ seq, fault }) => ({ seq: seq === null ? null : Number(seq), fault })),
    };
  }

  /** About how many people the reader opened restrictions within the last ten minutes; the latest 500 lines of the reader are looked at. */
  async peopleReadAbout(readerId: string): Promise<number> {
    const row = await this.db.one<{ n: number }>(
      `select count(distinct subject_id)::int as n from (select subject_id, action, at from audit_events where tenant_id = $1 and actor_id = $2 order by id desc limit 500) e
       where action = 'restriction.read' and at > now() - interval '10 minutes'`,
      [currentContext().tenantId, readerId],
    );
    return row.n;
  }

  /** The person, and after it every active admin. */
  nameAndAdmins(readerId: string): Promise<{ id: string; name: string }[]> {
    return this.db.many(
      `select u.id, u.name from users u where u.tenant_id = $1 and u.id = $2
       union all select u.id, u.name from users u join user_roles r on r.tenant_id = $1 and r.user_id = u.id and r.role = 'admin' where u.tenant_id = $1 and u.status = 'active'`,
      [currentContext().tenantId, readerId],
    );
  }

  /** Who looked at restrictions of this person, newest first. */
  readsOf(
    userId: string,
    after: string | null,
    limit: number,
  ): Promise<{ id: string; at: Date; actor_id: string; actor: string; object_id: string }[]> {
    return this.db.many(
      `select e.id, e.at, e.actor_id, a.name as actor, e.object_id from audit_events e join users a on a.tenant_id = $1 and a.id = e.actor_id
       where e.tenant_id = $1 and e.subject_id = $2 and e.action = 'restriction.read' and ($3::uuid is null or e.id < $3) order by e.id desc limit $4`,
      [currentContext().tenantId, userId, after, limit],
    );
  }
}
