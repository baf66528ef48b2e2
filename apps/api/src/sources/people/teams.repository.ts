import { Injectable } from '@nestjs/common';
import type { TeamDetail } from '@waymark/contracts';
import { Db } from '../../platform/database/db.js';
import { currentContext } from '../../platform/request-context.js';

export type TeamValues = Record<string, string | Date | null>;

@Injectable()
export class TeamsRepository {
  constructor(private readonly db: Db) {}

  async find(id: string): Promise<TeamDetail | null> {
    const row = await this.db.maybe<{ team: TeamDetail }>(
      `select json_build_object('id', id, 'name', name, 'category', category, 'externalId', external_id, 'parentId', parent_id,
         'archived', archived_at is not null, 'version', version) as team from teams where tenant_id = $1 and id = $2`,
      [currentContext().tenantId, id],
    );
    return row?.team ?? null;
  }

  /** Lets one change of the tree pass at a time, so that two moves cannot make a circle together. */
  async lockTree(): Promise<void> {
    await this.db.run(`select pg_advisory_xact_lock(hashtextextended('teams ' || $1::text, 0))`, [currentContext().tenantId]);
  }

  /** The team and those above it, nearest first. */
  async pathUp(id: string): Promise<string[]> {
    const rows = await this.db.many<{ id: string }>(
      `with recursive up as (select id, parent_id, 0 as depth from teams where tenant_id = $1 and id = $2
         union all select t.id, t.parent_id, up.depth + 1 from up join teams t on t.tenant_id = $1 and t.id = up.parent_id where up.depth < 100)
       select id from up order by depth`,
      [currentContext().tenantId, id],
    );
    return rows.map((row) => row.id);
  }

  /** Levels of the team and what lies below it; 1 for a team without sub-teams. */
  async height(id: string): Promise<number> {
    const row = await this.db.one<{ height: number }>(
      `with recursive down as (select id, 1 as depth from teams where tenant_id = $1 and id = $2
         union all select t.id, down.depth + 1 from down join teams t on t.tenant_id = $1 and t.parent_id = down.id where down.depth < 100)
       select max(depth)::int as height from down`,
      [currentContext().tenantId, id],
    );
    return row.height;
  }

  /** Whether somebody belongs to it on the day or later, or a team below it is in use. */
  async isInUse(id: string, day: string): Promise<boolean> {
    const row = await this.db.maybe(
      `select 1 from team_memberships where tenant_id = $1 and team_id = $2 and (until_on is null or until_on > $3)
       union all select 1 from teams where tenant_id = $1 and parent_id = $2 and archived_at is null limit 1`,
      [currentContext().tenantId, id, day],
    );
    return row !== null;
  }

  async insert(values: TeamValues): Promise<string> {
    const columns = Object.keys(values);
    const row = await this.db.one<{ id: string }>(
      `insert into teams (tenant_id, ${columns.join(', ')}) values ($1, ${columns.map((_, n) => `$${n + 2}`).join(', ')}) returning id`,
      [currentContext().tenantId, ...Object.values(values)],
    );
    return row.id;
  }

  async update(id: string, values: TeamValues): Promise<void> {
    const columns = Object.keys(values);
    if (columns.length === 0) return;
    await this.db.run(`update teams set ${columns.map((column, n) => `${column} = $${n + 3}`).join(', ')} where tenant_id = $1 and id = $2`, [
      currentContext().tenantId,
      id,
      ...Object.values(values),
    ]);
  }

  async remove(id: string): Promise<void> {
    await this.db.run('delete from teams where tenant_id = $1 and id = $2', [currentContext().tenantId, id]);
  }
}
