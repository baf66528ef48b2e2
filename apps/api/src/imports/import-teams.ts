import { Injectable } from '@nestjs/common';
import { Db } from '../platform/database/db.js';
import { currentContext } from '../platform/request-context.js';
import { ImportFailure } from './import-failure.js';
import { StagingRepository } from './staging.repository.js';

/** Deepest tree of teams, in levels; as far as the search for a manager goes (Q108). */
const mostLevels = 40;

/** The teams that a roster names: one row of `roster_teams` each, made when nobody knows it, moved below the team that the file tells. */
@Injectable()
export class ImportTeams {
  constructor(
    private readonly db: Db,
    private readonly staging: StagingRepository,
  ) {}

  async write(): Promise<void> {
    await this.db.run(`select pg_advisory_xact_lock(hashtextextended('teams ' || $1::text, 0))`, [currentContext().tenantId]);
    await this.gather();
    await this.make();
    await this.move();
    await this.db.run('update staged s set team_id = r.id from roster_teams r where r.key = lower(s.team) and not r.archived');
  }

  /** Spellings that differ in capitals are one team; the first one in the file, or that of the team that exists, is taken. */
  private async gather(): Promise<void> {
    const { tenantId } = currentContext();
    await this.db.run(
      `update staged s set team = u.name || '''s team' from users u where s.team is null and u.tenant_id = $1 and u.id = s.manager_id`,
      [tenantId],
    );
    await this.db.run(
      `create temp table roster_teams on commit drop as select lower(name) as key, (array_agg(name order by line))[1] as name,
         (array_agg(category order by line) filter (where category is not null))[1] as category,
         (array_agg(parent order by line) filter (where parent is not null))[1] as parent, min(line) as line, null::uuid as id, null::uuid as parent_id, false as archived
       from (select team as name, team_category as category, lower(parent_team) as parent, line from staged where team is not null
         union all select parent_team, null, null, line from staged where parent_team is not null) t group by lower(name)`,
    );
    await this.db.run(
      `update roster_teams r set id = t.id, name = t.name, archived = t.archived
       from (select n.key, k.id, k.name, k.archived_at is not null as archived, row_number() over (partition by n.key
           order by (lower(k.external_id) = n.key) desc nulls last, k.archived_at is null desc, k.id) as place
         from roster_teams n join teams k on k.tenant_id = $1 and (lower(k.external_id) = n.key or lower(k.name) = n.key)) t
       where t.key = r.key and t.place = 1`,
      [tenantId],
    );
    await this.staging.find(
      `select s.line, 'repaired', 'spelling', 'team', left(s.team, 60), '"' || left(s.team, 60) || '" is taken as "' || left(r.name, 60) || '".'
       from staged s join roster_teams r on r.key = lower(s.team) where r.name <> s.team`,
    );
    await this.staging.find(
      `select s.line, 'incomplete', 'archived_team', 'team', left(s.team, 60), 'The team "' || left(r.name, 60) || '" is archived; imported without.'
       from staged s join roster_teams r on r.archived and r.key in (lower(s.team), lower(s.parent_team))`,
    );
    await this.staging.find(
      `select s.line, 'incomplete', 'other_parent', 'parentTeam', left(s.parent_team, 60), 'An earlier line puts the team below "' || left(r.parent, 60) || '"; that is taken.'
       from staged s join roster_teams r on r.key = lower(s.team) where r.parent <> lower(s.parent_team)`,
    );
  }

  private async make(): Promise<void> {
    const { tenantId } = currentContext();
    await this.db.run(
      `with made as (insert into teams (tenant_id, external_id, name, category) select $1, name, name, category from roster_teams where id is null order by key
         returning id, external_id),
       noted as (insert into changes (action, type, object) select 'team.created', 'team', id from made)
       update roster_teams r set id = m.id from made m where m.external_id = r.name`,
      [tenantId],
    );
    await this.db.run(
      `with changed as (update teams t set category = r.category from roster_teams r where t.tenant_id = $1 and t.id = r.id and not r.archived
         and r.category is not null and t.category is distinct from r.category returning t.id)
       insert into changes (action, type, object, after) select 'team.changed', 'team', id, '{"fields": ["category"]}' from changed`,
      [tenantId],
    );
  }

  /** A team that would come to lie below itself stays where it is, and its line says so. */
  private async move(): Promise<void> {
    const { tenantId } = currentContext();
    await this.db.run('update roster_teams r set parent_id = p.id from roster_teams p where p.key = r.parent and not p.archived and not r.archived');
    await this.db.run(
      `create temp table circles on commit drop as
       with recursive wanted as (select t.id, coalesce(r.parent_id, t.parent_id) as parent_id from teams t left join roster_teams r on r.id = t.id where t.tenant_id = $1),
         up as (select r.id as start, r.parent_id as at, 1 as depth from roster_teams r where r.parent_id is not null
           union all select up.start, w.parent_id, up.depth + 1 from up join wanted w on w.id = up.at where up.at <> up.start and w.parent_id is not null and up.depth < 100)
       select distinct start as id from up where at = start`,
      [tenantId],
    );
    await this.staging.find(
      `select s.line, 'incomplete', 'circle', 'parentTeam', left(s.parent_team, 60), 'The team would lie below itself; it stays where it is.'
       from staged s join roster_teams r on r.key = lower(s.team) join circles c on c.id = r.id where s.parent_team is not null`,
    );
    await this.db.run('update roster_teams r set parent_id = null from circles c where c.id = r.id');
    await this.db.run(
      `with moved as (update teams t set parent_id = r.parent_id from roster_teams r where t.tenant_id = $1 and t.id = r.id and r.parent_id is not null
         and t.parent_id is distinct from r.parent_id returning t.id, t.parent_id)
       insert into changes (action, type, object, after) select 'team.moved', 'team', id, json_build_object('parentId', parent_id) from moved`,
      [tenantId],
    );
    const { depth } = await this.db.one<{ depth: number }>(
      `with recursive down as (select id, 1 as depth from teams where tenant_id = $1 and parent_id is null
         union all select t.id, down.depth + 1 from down join teams t on t.tenant_id = $1 and t.parent_id = down.id where down.depth < 100)
       select coalesce(max(depth), 0)::int as depth from down`,
      [tenantId],
    );
    if (depth > mostLevels) throw new ImportFailure(`The teams of the file would lie ${depth} levels deep; ${mostLevels} is the most.`);
  }
}
