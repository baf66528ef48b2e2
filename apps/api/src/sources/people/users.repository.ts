import { Injectable } from '@nestjs/common';
import type { Membership, UserDetail } from '@waymark/contracts';
import { Db } from '../../platform/database/db.js';
import { currentContext } from '../../platform/request-context.js';

export type Person = Omit<UserDetail, 'manager' | 'memberships'>;
export type PersonValues = Record<string, string | number | boolean | null>;

/** A membership as JSON; `m`, `t` and `u` are the membership, its team and its person. */
export const membershipJson = `json_build_object('id', m.id, 'team', json_build_object('id', t.id, 'name', t.name),
  'user', json_build_object('id', u.id, 'name', u.name), 'role', m.role, 'fromOn', m.from_on, 'untilOn', m.until_on, 'primary', m.is_primary, 'version', m.version)`;

@Injectable()
export class UsersRepository {
  constructor(private readonly db: Db) {}

  async find(id: string): Promise<Person | null> {
    const row = await this.db.maybe<{ person: Person }>(
      `select json_build_object('id', u.id, 'name', u.name, 'email', u.email, 'externalId', u.external_id, 'startedOn', u.started_on, 'workPercent', u.work_percent,
         'serviceAccount', u.service_account, 'status', u.status, 'version', u.version,
         'roles', (select coalesce(json_agg(r.role order by r.role), '[]') from user_roles r where r.tenant_id = $1 and r.user_id = u.id)) as person
       from users u where u.tenant_id = $1 and u.id = $2`,
      [currentContext().tenantId, id],
    );
    return row?.person ?? null;
  }

  async memberships(id: string): Promise<Membership[]> {
    const rows = await this.db.many<{ membership: Membership }>(
      `select ${membershipJson} as membership from team_memberships m join teams t on t.tenant_id = $1 and t.id = m.team_id
         join users u on u.tenant_id = $1 and u.id = m.user_id
       where m.tenant_id = $1 and m.user_id = $2 order by m.from_on desc, m.id desc`,
      [currentContext().tenantId, id],
    );
    return rows.map((row) => row.membership);
  }

  async insert(values: PersonValues): Promise<string> {
    const columns = Object.keys(values);
    const row = await this.db.one<{ id: string }>(
      `insert into users (tenant_id, ${columns.join(', ')}) values ($1, ${columns.map((_, n) => `$${n + 2}`).join(', ')}) returning id`,
      [currentContext().tenantId, ...Object.values(values)],
    );
    return row.id;
  }

  async update(id: string, values: PersonValues): Promise<void> {
    const columns = Object.keys(values);
    if (columns.length === 0) return;
    await this.db.run(`update users set ${columns.map((column, n) => `${column} = $${n + 3}`).join(', ')} where tenant_id = $1 and id = $2`, [
      currentContext().tenantId,
      id,
      ...Object.values(values),
    ]);
  }

  /** Holds the person until the transaction ends, so that two changes of one person take turns. */
  async lock(id: string): Promise<void> {
    await this.db.run('select 1 from users where tenant_id = $1 and id = $2 for no key update', [currentContext().tenantId, id]);
  }

  /** Lets one change of who administers pass at a time. */
  async lockAdmins(): Promise<void> {
    await this.db.run(`select pg_advisory_xact_lock(hashtextextended('admins ' || $1::text, 0))`, [currentContext().tenantId]);
  }

  async hasOtherAdmin(id: string): Promise<boolean> {
    const row = await this.db.maybe(
      `select 1 from user_roles r join users u on u.tenant_id = $1 and u.id = r.user_id and u.status = 'active' and not u.service_account
       where r.tenant_id = $1 and r.role = 'admin' and r.user_id <> $2 limit 1`,
      [currentContext().tenantId, id],
    );
    return row !== null;
  }

  /** Replaces the roles and moves the person's version, since a reader of the person sees them. */
  async setRoles(id: string, roles: readonly string[]): Promise<void> {
    const { tenantId } = currentContext();
    await this.db.run('delete from user_roles where tenant_id = $1 and user_id = $2 and role <> all($3)', [tenantId, id, roles]);
    if (roles.length > 0)
      await this.db.run(
        `insert into user_roles (tenant_id, user_id, role) values ${roles.map((_, n) => `($1, $2, $${n + 3})`).join(', ')} on conflict do nothing`,
        [tenantId, id, ...roles],
      );
    await this.db.run('update users set version = version where tenant_id = $1 and id = $2', [tenantId, id]);
  }

  async remove(id: string): Promise<void> {
    const { tenantId } = currentContext();
    await this.db.run('delete from user_roles where tenant_id = $1 and user_id = $2', [tenantId, id]);
    await this.db.run('delete from users where tenant_id = $1 and id = $2', [tenantId, id]);
  }
}
