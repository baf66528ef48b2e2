import { Injectable } from '@nestjs/common';
import { Db } from '../platform/database/db.js';
import { currentContext } from '../platform/request-context.js';
import { StagingRepository } from './staging.repository.js';

const values = `json_build_object('teamId', team_id, 'role', role, 'fromOn', from_on, 'untilOn', until_on)`;
const note = (action: string) =>
  `insert into changes (action, type, object, subject, after) select '${action}', 'membership', id, user_id, ${values} from written`;
const written = 'm.id, m.user_id, m.team_id, m.role, m.from_on, m.until_on';

/**
 * Who belongs to which team by a roster. Each row tells the one team of its person; a team is led by whom its rows name as manager,
 * and by nobody else then. A person in another team moves: the former membership ends where the new one begins (Q35, Q108). `$2` is today.
 */
@Injectable()
export class ImportMemberships {
  constructor(
    private readonly db: Db,
    private readonly staging: StagingRepository,
  ) {}

  async write(today: string): Promise<void> {
    await this.leaders();
    await this.wanted();
    await this.plan(today);
    await this.dates(today);
    await this.turns(today);
    await this.moves();
    await this.arrivals(today);
  }

  /** A row's person leads the team when another row of it names the person as manager, or when the role says so and no row of a member says otherwise. */
  private async leaders(): Promise<void> {
    await this.db.run(
      `update staged s set leads = true from (select line, bool_or(role is distinct from 'leader' and manager_id is not null) over (partition by team_id) as managed,
           bool_or(role is distinct from 'leader') over (partition by team_id) as has_members from staged where team_id is not null) t
       where t.line = s.line and (exists (select 1 from staged o where o.team_id = s.team_id and o.manager_id = s.user_id)
         or (s.role = 'leader' and not t.managed and (s.manager_id is null or t.has_members)))`,
    );
  }

  /** One row for each person and team. The manager of somebody who leads a team leads the team above it. */
  private async wanted(): Promise<void> {
    const { tenantId } = currentContext();
    await this.db.run(
      `create temp table roster_members on commit drop as
       select team_id, user_id, case when bool_or(role = 'leader') then 'leader' else 'member' end as role, max(since)::date as since, bool_or(own) as own, min(line) as line
       from (select team_id, user_id, case when leads then 'leader' else 'member' end as role, since, true as own, line from staged
         union all select case when s.leads then t.parent_id else s.team_id end, s.manager_id, 'leader', null, false, s.line
           from staged s join teams t on t.tenant_id = $1 and t.id = s.team_id where s.manager_id is not null) d
       where team_id is not null group by team_id, user_id`,
      [tenantId],
    );
    await this.staging.find(
      `select s.line, 'incomplete', 'no_team_above', 'manager', left(s.manager, 60), 'The person leads "' || left(t.name, 60) || '" and no team lies above it; imported without manager.'
       from staged s join teams t on t.tenant_id = $1 and t.id = s.team_id where s.leads and s.manager_id is not null and t.parent_id is null`,
      [tenantId],
    );
    await this.staging.find(
      `select line, 'incomplete', 'other_manager', 'manager', left(manager, 60), 'An earlier line names another manager of the team; both lead it.'
       from (select line, manager, manager_id, first_value(manager_id) over (partition by team_id order by line) as first from staged
         where not leads and manager_id is not null and team_id is not null) r where manager_id <> first`,
    );
  }

  /**
   * Beside each wanted membership what there is: `same_*` in the team itself, `home_*` the membership that a move ends (never a leadership, never one
   * that the file wants too), the end of an earlier time in the team, whether the person has been in any team, and when the person moves or turns.
   */
  private async plan(today: string): Promise<void> {
    await this.db.run(
      `create temp table roster_plan on commit drop as
       select d.*, s.id as same_id, s.role as same_role, s.from_on as same_from, s.until_on as same_until, s.is_primary as same_primary,
         h.id as home_id, h.from_on as home_from, h.until_on as home_until, h.is_primary as home_primary, p.until_on as past_until,
         exists (select 1 from team_memberships x where x.tenant_id = $1 and x.user_id = d.user_id) as known, null::text as dated,
         case when h.from_on < d.since then d.since when h.id is not null then $2::date end as moved_on,
         case when s.role = d.role or (d.role = 'member' and not exists (select 1 from roster_members o where o.team_id = d.team_id and o.role = 'leader')) then null
           when s.from_on < d.since then d.since when s.id is not null then $2::date end as turned_on
       from roster_members d
       left join lateral (select m.* from team_memberships m where m.tenant_id = $1 and m.team_id = d.team_id and m.user_id = d.user_id
         and (m.until_on is null or m.until_on > $2::date) order by m.role = 'leader' desc, m.from_on limit 1) s on true
       left join lateral (select m.* from team_memberships m where m.tenant_id = $1 and m.user_id = d.user_id and m.role = 'member' and d.own and s.id is null
         and (m.until_on is null or m.until_on > $2::date) and not exists (select 1 from roster_members o where o.user_id = m.user_id and o.team_id = m.team_id)
         order by m.is_primary desc, m.from_on, m.id limit 1) h on true
       left join lateral (select max(m.until_on) as until_on from team_memberships m where m.tenant_id = $1 and m.team_id = d.team_id and m.user_id = d.user_id
         and m.until_on <= $2::date) p on true`,
      [currentContext().tenantId, today],
    );
  }

  /** Another first day for a membership that there is, when the person was nowhere else between the two. */
  private async dates(today: string): Promise<void> {
    const { tenantId } = currentContext();
    await this.db.run(
      `update roster_plan set dated = case when since > $1::date and same_from <= $1::date or since >= same_until then 'later' else 'free' end
       where own and since <> same_from and turned_on is null`,
      [today],
    );
    await this.db.run(
      `update roster_plan d set dated = 'taken' where d.dated = 'free' and d.since < d.same_from and exists (select 1 from team_memberships m
         where m.tenant_id = $1 and m.user_id = d.user_id and m.id <> d.same_id and m.from_on < d.same_from and coalesce(m.until_on, 'infinity') > d.since
           and (m.team_id = d.team_id or (m.role = 'member' and d.same_role = 'member') or (m.is_primary and d.same_primary)))`,
      [tenantId],
    );
    await this.staging.find(
      `select line, 'incomplete', 'since', 'since', since::text, case dated when 'later' then 'The membership has begun on ' || same_from || ' and stays so.'
         else 'The person was in a team at that time; the membership goes on from ' || same_from || '.' end from roster_plan where dated in ('later', 'taken')`,
    );
    await this.db.run(
      `with written as (update team_memberships m set from_on = d.since, derived = false from roster_plan d where m.tenant_id = $1 and m.id = d.same_id and d.dated = 'free'
         returning ${written}) ${note('membership.changed')}`,
      [tenantId],
    );
  }

  /** Members who lead from now on, and leaders of a team for which the file names others. */
  private async turns(today: string): Promise<void> {
    const { tenantId } = currentContext();
    await this.db.run(
      `with written as (update team_memberships m set role = d.role from roster_plan d where m.tenant_id = $1 and m.id = d.same_id and d.turned_on <= m.from_on
         returning ${written}) ${note('membership.changed')}`,
      [tenantId],
    );
    await this.db.run(
      `with written as (update team_memberships m set until_on = d.turned_on from roster_plan d where m.tenant_id = $1 and m.id = d.same_id and d.turned_on > m.from_on
         returning ${written}) ${note('membership.changed')}`,
      [tenantId],
    );
    await this.db.run(
      `with written as (insert into team_memberships as m (tenant_id, team_id, user_id, role, from_on, until_on, is_primary)
         select $1, team_id, user_id, role, turned_on, same_until, same_primary from roster_plan where turned_on > same_from returning ${written}) ${note('membership.created')}`,
      [tenantId],
    );
    const former = `not exists (select 1 from roster_members o where o.team_id = m.team_id and o.user_id = m.user_id)
      and m.role = 'leader' and (m.until_on is null or m.until_on > $2::date)`;
    await this.staging.find(
      `select l.line, 'incomplete', 'former_leader', 'manager', left(u.name, 60), '"' || left(u.name, 60) || '" leads the team no longer, since the file names another manager.'
       from (select team_id, min(line) as line from roster_members where role = 'leader' group by team_id) l
       join team_memberships m on m.tenant_id = $1 and m.team_id = l.team_id join users u on u.tenant_id = $1 and u.id = m.user_id where ${former}`,
      [tenantId, today],
    );
    await this.db.run(
      `with written as (delete from team_memberships m using (select distinct team_id from roster_members where role = 'leader') l
         where m.tenant_id = $1 and m.team_id = l.team_id and m.from_on >= $2::date and ${former} returning ${written}) ${note('membership.removed')}`,
      [tenantId, today],
    );
    await this.db.run(
      `with written as (update team_memberships m set until_on = $2::date from (select distinct team_id from roster_members where role = 'leader') l
         where m.tenant_id = $1 and m.team_id = l.team_id and ${former} returning ${written}) ${note('membership.changed')}`,
      [tenantId, today],
    );
  }

  /** From one team to another on the day that the file tells, else today. */
  private async moves(): Promise<void> {
    const { tenantId } = currentContext();
    await this.staging.find(
      `select line, 'incomplete', case when since is null then 'no_since' else 'since' end, 'since', since::text,
         case when since is null then 'The person moves today, since the file tells no day.' else 'The former membership began on ' || home_from || '; the person moves today.' end
       from roster_plan where home_id is not null and (since is null or since <= home_from)`,
    );
    await this.db.run(
      `with written as (update team_memberships m set team_id = d.team_id, role = d.role, from_on = d.moved_on, until_on = null, derived = false from roster_plan d
         where m.tenant_id = $1 and m.id = d.home_id and d.moved_on <= m.from_on returning ${written}) ${note('membership.changed')}`,
      [tenantId],
    );
    await this.db.run(
      `with written as (update team_memberships m set until_on = d.moved_on from roster_plan d where m.tenant_id = $1 and m.id = d.home_id and d.moved_on > m.from_on
         and d.moved_on < coalesce(m.until_on, 'infinity') returning ${written}) ${note('membership.changed')}`,
      [tenantId],
    );
  }

  /** Memberships that are new. One without a day begins with the person's first fact when it is the first of all (Q76), else today. */
  private async arrivals(today: string): Promise<void> {
    await this.staging.find(
      `select line, 'incomplete', 'since', 'since', since::text, 'The person was in the team until ' || past_until || '; the membership begins then.'
       from roster_plan where same_id is null and past_until > coalesce(moved_on, since)`,
    );
    await this.db.run(
      `with written as (insert into team_memberships as m (tenant_id, team_id, user_id, role, from_on, derived, is_primary)
         select $1, team_id, user_id, role, greatest(coalesce(moved_on, since, $2::date), past_until), since is null and not known, coalesce(home_primary, false)
         from roster_plan where same_id is null and (moved_on is null or moved_on > home_from) returning ${written}) ${note('membership.created')}`,
      [currentContext().tenantId, today],
    );
  }
}
