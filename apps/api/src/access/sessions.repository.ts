import { Injectable } from '@nestjs/common';
import { Database } from '../platform/database/database.js';
import { Db } from '../platform/database/db.js';
import { currentContext } from '../platform/request-context.js';

export interface Credentials {
  tenant_id: string;
  user_id: string;
  password_hash: string;
}

export interface DemoPersonRow {
  slug: string;
  organisation: string;
  user_id: string;
  name: string;
  roles: string[];
  team: string | null;
  restrictions: string[];
}

@Injectable()
export class SessionsRepository {
  constructor(
    private readonly database: Database,
    private readonly db: Db,
  ) {}

  /** Through the door function: before sign-in there is no tenant yet. */
  async findCredentials(slug: string, email: string): Promise<Credentials | null> {
    const { rows } = await this.database.pool.query<Credentials>('select * from app.find_credentials($1, $2)', [slug, email]);
    return rows[0] ?? null;
  }

  async tenantBySlug(slug: string): Promise<{ id: string; demo: boolean } | null> {
    const { rows } = await this.database.pool.query<{ id: string; demo: boolean }>('select id, demo from app.list_tenants() where slug = $1', [slug]);
    return rows[0] ?? null;
  }

  async demoPeople(): Promise<DemoPersonRow[]> {
    return (await this.database.pool.query<DemoPersonRow>('select * from app.demo_people()')).rows;
  }

  async isActiveUser(userId: string): Promise<boolean> {
    return (
      (await this.db.maybe(`select 1 from users where tenant_id = $1 and id = $2 and status = 'active'`, [currentContext().tenantId, userId])) !==
      null
    );
  }

  async unreadCount(userId: string): Promise<number> {
    const row = await this.db.one<{ n: number }>(
      'select count(*)::int as n from notifications where tenant_id = $1 and user_id = $2 and read_at is null',
      [currentContext().tenantId, userId],
    );
    return row.n;
  }

  notificationsPage(userId: string, after: string | null, limit: number): Promise<string> {
    return this.db.json(
      `select json_build_object('items', coalesce(json_agg(json_build_object('id', n.id, 'code', n.code, 'params', n.params, 'sentence', n.sentence,
           'link', n.link, 'createdAt', to_char(n.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
           'readAt', to_char(n.read_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) order by n.id desc) filter (where n.place <= $4), '[]'),
         'nextId', max(n.id::text) filter (where n.place = $4 and n.more))::text as json
       from (select *, row_number() over (order by id desc) as place, count(*) over () > $4 as more from notifications
         where tenant_id = $1 and user_id = $2 and ($3::uuid is null or id < $3) order by id desc limit $4 + 1) n`,
      [currentContext().tenantId, userId, after, limit],
    );
  }

  async markRead(userId: string, id: string): Promise<boolean> {
    const { tenantId, now } = currentContext();
    return (
      (await this.db.run('update notifications set read_at = coalesce(read_at, $4) where tenant_id = $1 and user_id = $2 and id = $3', [
        tenantId,
        userId,
        id,
        now,
      ])) === 1
    );
  }
}
