import { Injectable } from '@nestjs/common';
import { dayOf } from '@waymark/kernel';
import { Db } from '../../platform/database/db.js';
import { currentContext } from '../../platform/request-context.js';

/** Whom to ask about a person: the leader of the primary team, else of a team above it, else an admin (Q79, Q108). */
export interface Manager {
  user_id: string;
  manager_id: string;
  manager_name: string;
  /** Teams between the person and the manager; null for an admin who stands in. */
  depth: number | null;
}

/** The teams of people ($2) on day $3 and everything above them. A person's primary team is the one marked so, else the earliest membership as member, else as leader. */
const chain = `up as (
    select m.user_id, m.team_id, 0 as depth from (select distinct on (user_id) user_id, team_id from team_memberships
        where tenant_id = $1 and user_id = any($2) and from_on <= $3 and (until_on is null or until_on > $3) order by user_id, is_primary desc, role = 'member' desc, from_on, id) m
    union all select up.user_id, t.parent_id, up.depth + 1 from up join teams t on t.tenant_id = $1 and t.id = up.team_id where t.parent_id is not null and up.depth < 40)`;

@Injectable()
export class ManagersRepository {
  constructor(private readonly db: Db) {}

  /** The manager of each person; nobody only when the organisation has no other active leader above and no admin. One statement. */
  async of(userIds: readonly string[]): Promise<Map<string, Manager>> {
    const { tenantId, now, timeZone } = currentContext();
    const rows = await this.db.many<Manager & Record<string, unknown>>(
      `with recursive ${chain},
       above as (select up.user_id, l.user_id as manager_id, u.name as manager_name, up.depth, l.from_on from up
           join team_memberships l on l.tenant_id = $1 and l.team_id = up.team_id and l.role = 'leader' and l.user_id <> up.user_id and l.from_on <= $3 and (l.until_on is null or l.until_on > $3)
           join users u on u.tenant_id = $1 and u.id = l.user_id and u.status = 'active'
         union all select s.user_id, a.id, a.name, null, null from unnest($2::uuid[]) as s (user_id)
           join user_roles r on r.tenant_id = $1 and r.role = 'admin' and r.user_id <> s.user_id join users a on a.tenant_id = $1 and a.id = r.user_id and a.status = 'active')
       select distinct on (user_id) user_id, manager_id, manager_name, depth from above order by user_id, depth nulls last, from_on, manager_id`,
      [tenantId, userIds, dayOf(now, timeZone)],
    );
    return new Map(rows.map((row) => [row.user_id, row]));
  }

  /** Which of these people lead a team of the subject, or one above it, today. Whoever has left leads nobody. */
  async leadersAbove(subjectId: string, candidates: readonly string[]): Promise<Set<string>> {
    const { tenantId, now, timeZone } = currentContext();
    const rows = await this.db.many<{ id: string }>(
      `with recursive above as (
         select team_id from team_memberships where tenant_id = $1 and user_id = $2 and role = 'member' and from_on <= $3 and (until_on is null or until_on > $3)
         union select t.parent_id from above join teams t on t.tenant_id = $1 and t.id = above.team_id where t.parent_id is not null)
       select distinct l.user_id as id from team_memberships l join above on above.team_id = l.team_id join users u on u.tenant_id = $1 and u.id = l.user_id and u.status = 'active'
       where l.tenant_id = $1 and l.role = 'leader' and l.user_id = any($4) and l.user_id <> $2 and l.from_on <= $3 and (l.until_on is null or l.until_on > $3)`,
      [tenantId, subjectId, dayOf(now, timeZone), candidates],
    );
    return new Set(rows.map((row) => row.id));
  }

  async admins(): Promise<string[]> {
    const rows = await this.db.many<{ id: string }>(
      `select u.id from users u join user_roles r on r.tenant_id = $1 and r.user_id = u.id and r.role = 'admin' where u.tenant_id = $1 and u.status = 'active' order by u.id`,
      [currentContext().tenantId],
    );
    return rows.map((row) => row.id);
  }

  async names(userIds: readonly string[]): Promise<Map<string, string>> {
    const rows = await this.db.many<{ id: string; name: string }>('select id, name from users where tenant_id = $1 and id = any($2)', [
      currentContext().tenantId,
      userIds,
    ]);
    return new Map(rows.map((row) => [row.id, row.name]));
  }
}
