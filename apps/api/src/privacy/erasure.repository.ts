import { Injectable } from '@nestjs/common';
import { classification } from '../database/classification.js';
import { Db } from '../platform/database/db.js';
import { currentContext } from '../platform/request-context.js';

export interface PersonToErase {
  id: string;
  name: string;
  email: string | null;
  external_id: string | null;
  erased: boolean;
  last_admin: boolean;
  open_decisions: boolean;
  importing: boolean;
}

/** Text columns take the pseudonym as it is, JSON through its text: names hold nothing there that JSON writes differently, or the escaped form is looked for. */
export const jsonColumns = new Set(['gate_runs.result', 'gates.live', 'imports.mapping', 'notifications.params', 'own_metric_versions.definition']);

@Injectable()
export class ErasureRepository {
  constructor(private readonly db: Db) {}

  /** The person with everything that speaks against an erasure, locked until the end of the unit. */
  async lock(userId: string): Promise<PersonToErase | null> {
    const { tenantId } = currentContext();
    await this.db.run(
      `select id from users where tenant_id = $1 and id in (select user_id from user_roles where tenant_id = $1 and role = 'admin')
      order by id for update`,
      [tenantId],
    );
    return this.db.maybe<PersonToErase>(
      `select u.id, u.name, u.email, u.external_id,
         exists (select 1 from erasures e where e.tenant_id = $1 and e.user_id = u.id) as erased,
         exists (select 1 from user_roles r where r.tenant_id = $1 and r.user_id = u.id and r.role = 'admin')
           and not exists (select 1 from user_roles r join users a on a.tenant_id = $1 and a.id = r.user_id
             where r.tenant_id = $1 and r.role = 'admin' and r.user_id <> u.id and a.status = 'active') as last_admin,
         exists (select 1 from restrictions x where x.tenant_id = $1 and x.user_id = u.id and x.state = 'proposed') as open_decisions,
         exists (select 1 from imports i where i.tenant_id = $1 and i.finished_at is null) as importing
       from users u where u.tenant_id = $1 and u.id = $2 for update of u`,
      [tenantId, userId],
    );
  }

  /** Overwrites the person's own row, takes the roles, and removes sessions, inbox, absences and stored answers. */
  async overwrite(userId: string, pseudonym: string): Promise<void> {
    const params = [currentContext().tenantId, userId];
    await this.db.run(
      `update users set name = $3, email = null, external_id = null, password_hash = null, status = 'disabled' where tenant_id = $1 and id = $2`,
      [...params, pseudonym],
    );
    await this.db.run(
      'delete from session_tokens t using sessions s where t.tenant_id = $1 and s.tenant_id = $1 and s.id = t.session_id and s.user_id = $2',
      params,
    );
    for (const table of ['sessions', 'one_time_links', 'outbox', 'notifications', 'user_roles', 'absences'])
      await this.db.run(`delete from ${table} where tenant_id = $1 and user_id = $2`, params);
    // Answers of repeated requests are copies of what was shown to anybody; they live a day and may name the person.
    await this.db.run('delete from idempotency_keys where tenant_id = $1', [params[0]]);
  }

  /** Puts the pseudonym in the place of every mention in free text. Answers how many rows held one. */
  async replaceMentions(pattern: string, pseudonym: string): Promise<number> {
    let rows = 0;
    for (const [table, { mentions = [] }] of Object.entries(classification))
      for (const column of mentions) {
        const json = jsonColumns.has(`${table}.${column}`) ? '::jsonb' : '';
        rows += await this.db.run(
          `update ${table} set "${column}" = regexp_replace("${column}"::text, $2, $3, 'gi')${json} where tenant_id = $1 and "${column}"::text ~* $2`,
          [currentContext().tenantId, pattern, pseudonym],
        );
      }
    return rows;
  }

  /** Sealed rows that still name the person: lines of the trail and frozen evidence, which nobody changes. */
  async sealedMentions(pattern: string): Promise<number> {
    const { sealed } = await this.db.one<{ sealed: number }>(
      `select ((select count(*) from audit_events where tenant_id = $1 and concat_ws(' ', before::text, after::text, reason) ~* $2)
         + (select count(*) from verdicts where tenant_id = $1 and evidence::text ~* $2))::int as sealed`,
      [currentContext().tenantId, pattern],
    );
    return sealed;
  }

  async note(userId: string, pseudonym: string): Promise<void> {
    const { tenantId, userId: by } = currentContext();
    await this.db.run('insert into erasures (tenant_id, user_id, pseudonym, erased_by) values ($1, $2, $3, $4)', [tenantId, userId, pseudonym, by]);
  }

  list(): Promise<{ user_id: string }[]> {
    return this.db.many('select user_id from erasures where tenant_id = $1 order by erased_at, user_id', [currentContext().tenantId]);
  }
}
