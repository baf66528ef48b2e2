import { Injectable } from '@nestjs/common';
import type { PipelineStage, Product, Team, User } from '@waymark/contracts';
import { Db } from '../../platform/database/db.js';
import { currentContext } from '../../platform/request-context.js';

export interface UserFilter {
  role: string | null;
  teamId: string | null;
  q: string | null;
  status: string | null;
  descending: boolean;
  after: { name: string; id: string } | null;
  limit: number;
  today: string;
}

/** People, teams and the short lists that forms offer. */
@Injectable()
export class PeopleRepository {
  constructor(private readonly db: Db) {}

  async users(filter: UserFilter): Promise<User[]> {
    const direction = filter.descending ? 'desc' : 'asc';
    const rows = await this.db.many<{ person: User }>(
      `with recursive team as (select $4::uuid as id union select t.id from teams t join team on t.parent_id = team.id where t.tenant_id = $1),
         today as (select m.user_id, m.team_id, t.name from team_memberships m join teams t on t.tenant_id = $1 and t.id = m.team_id
           where m.tenant_id = $1 and m.from_on <= $2 and (m.until_on is null or m.until_on > $2))
       select json_build_object('id', u.id, 'externalId', u.external_id, 'name', u.name,
         'roles', (select coalesce(json_agg(r.role order by r.role), '[]') from user_roles r where r.tenant_id = $1 and r.user_id = u.id),
         'teamIds', (select coalesce(json_agg(distinct d.team_id), '[]') from today d where d.user_id = u.id),
         'teamName', (select min(d.name) from today d where d.user_id = u.id), 'status', u.status) as person
       from users u where u.tenant_id = $1
         and ($3::text is null or exists (select 1 from user_roles r where r.tenant_id = $1 and r.user_id = u.id and r.role = $3))
         and ($4::uuid is null or exists (select 1 from today d join team on team.id = d.team_id where d.user_id = u.id))
         and ($5::text is null or u.name ilike $5 || '%' or u.name ilike '% ' || $5 || '%') and ($6::text is null or (u.name, u.id) ${filter.descending ? '<' : '>'} ($6, $7::uuid))
         and ($9::text is null or u.status = $9)
       order by u.name ${direction}, u.id ${direction} limit $8`,
      [
        currentContext().tenantId,
        filter.today,
        filter.role,
        filter.teamId,
        filter.q,
        filter.after?.name ?? null,
        filter.after?.id ?? null,
        filter.limit,
        filter.status,
      ],
    );
    return rows.map((row) => row.person);
  }

  async teams(today: string): Promise<Team[]> {
    const rows = await this.db.many<{ team: Team }>(
      `select json_build_object('id', t.id, 'name', t.name, 'category', t.category, 'parentId', t.parent_id,
         'leaderNames', coalesce(json_agg(u.name order by u.name) filter (where m.role = 'leader'), '[]'), 'memberCount', count(*) filter (where m.role = 'member')) as team
       from teams t left join team_memberships m on m.tenant_id = $1 and m.team_id = t.id and m.from_on <= $2 and (m.until_on is null or m.until_on > $2)
         left join users u on u.tenant_id = $1 and u.id = m.user_id
       where t.tenant_id = $1 and t.archived_at is null group by t.tenant_id, t.id order by t.name, t.id`,
      [currentContext().tenantId, today],
    );
    return rows.map((row) => row.team);
  }

  async products(): Promise<Product[]> {
    const { tenantId, currency } = currentContext();
    const rows = await this.db.many<{ product: Product }>(
      `select json_build_object('id', id, 'name', name, 'series', series,
         'listPrice', json_build_object('amount', to_char(list_price_minor / 100.0, 'FM9999999999999990.00'), 'currency', $2::text)) as product
       from products where tenant_id = $1 order by name`,
      [tenantId, currency],
    );
    return rows.map((row) => row.product);
  }

  stages(): Promise<PipelineStage[]> {
    return this.db.many<PipelineStage & Record<string, unknown>>(
      'select id, key, label, kind, qualified, position::int as position from pipeline_stages where tenant_id = $1 order by position, key',
      [currentContext().tenantId],
    );
  }
}
