import { Injectable } from '@nestjs/common';
import { dayOf, DomainError } from '@waymark/kernel';
import { Db } from '../platform/database/db.js';
import { currentContext } from '../platform/request-context.js';
import { type Capability, scopeOf } from './permissions.js';

/** The people of the teams that $2 leads on day $3, sub-teams included, and $2 (Q108). */
const ledPeople = `with recursive led as (
    select team_id from team_memberships
      where tenant_id = $1 and user_id = $2 and role = 'leader' and from_on <= $3 and (until_on is null or until_on > $3)
    union select t.id from teams t join led on t.parent_id = led.team_id where t.tenant_id = $1)
  select distinct m.user_id as id from team_memberships m join led on led.team_id = m.team_id
    where m.tenant_id = $1 and m.from_on <= $3 and (m.until_on is null or m.until_on > $3)
  union select $2::uuid`;

const ledTeams = `with recursive led as (
    select team_id, role from team_memberships
      where tenant_id = $1 and user_id = $2 and from_on <= $3 and (until_on is null or until_on > $3)
    union select t.id, led.role from teams t join led on t.parent_id = led.team_id and led.role = 'leader' where t.tenant_id = $1)
  select distinct team_id as id from led`;

/** Who may see whose rows: one place (Q127). The answers go into SQL as `($n::uuid[] is null or owner_id = any($n))`. */
@Injectable()
export class Visibility {
  constructor(private readonly db: Db) {}

  /** Ids of the people whose rows the capability reaches; null means everybody of the organisation. */
  async visibleOwners(capability: Capability): Promise<string[] | null> {
    const context = currentContext();
    if (context.userId === null) return null;
    const scope = scopeOf(context.roles, capability, context.locked);
    if (scope === null) throw new DomainError('forbidden', 'Your role does not include this.', { params: { capability } });
    if (scope === 'tenant') return null;
    if (scope === 'self') return [context.userId];
    const rows = await this.db.many<{ id: string }>(ledPeople, [context.tenantId, context.userId, dayOf(context.now, context.timeZone)]);
    return rows.map((row) => row.id);
  }

  /** Ids of the teams whose totals may be seen: the own ones and those below led ones; null means all. */
  async visibleTeams(capability: Capability): Promise<string[] | null> {
    const context = currentContext();
    if (context.userId === null || scopeOf(context.roles, capability, context.locked) === 'tenant') return null;
    const rows = await this.db.many<{ id: string }>(ledTeams, [context.tenantId, context.userId, dayOf(context.now, context.timeZone)]);
    return rows.map((row) => row.id);
  }

  /** Refuses, as if the person did not exist, when the capability does not reach that person's rows. */
  async assertSees(capability: Capability, ownerId: string): Promise<void> {
    const owners = await this.visibleOwners(capability);
    if (owners !== null && !owners.includes(ownerId)) throw new DomainError('not_found', 'There is no such record, or you may not see it.');
  }
}
