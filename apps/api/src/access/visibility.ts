import { Injectable } from '@nestjs/common';
import { dayOf, DomainError } from '@waymark/kernel';
import { Db } from '../platform/database/db.js';
import { currentContext } from '../platform/request-context.js';
import { type Capability, scopeOf, scopesOf } from './permissions.js';

/** The people of the teams that $2 leads on day $3, sub-teams included, and $2 (Q108). */
const ledPeople = `with recursive led as (
    select team_id from team_memberships
      where tenant_id = $1 and user_id = $2 and role = 'leader' and from_on <= $3 and (until_on is null or until_on > $3)
    union select t.id from teams t join led on t.parent_id = led.team_id where t.tenant_id = $1)
  select distinct m.user_id as id from team_memberships m join led on led.team_id = m.team_id
    where m.tenant_id = $1 and m.from_on <= $3 and (m.until_on is null or m.until_on > $3)
  union select $2::uuid`;

/** The companies to which $2 is one of $4 on day $3. */
const assignedCompanies = `select company_id as id, role from company_people
  where tenant_id = $1 and user_id = $2 and from_on <= $3 and (until_on is null or until_on > $3) and role = any($4::text[])`;

/** Which rows of companies, and of facts about companies, are reached (Q107). A row is when one of its fields says so. */
export interface Reach {
  /** People whose rows are reached, whatever the company; null: everybody's. */
  owners: string[] | null;
  /** Companies whose rows are reached, whoever owns them. */
  companies: string[];
  /** Those of the companies that are reached as their coach, who also reads what others note about them for themselves. */
  coached: string[];
  /** The person whose own rows are reached when they are about no company; null: none beside those of owners. */
  self: string | null;
}

const everybodys: Reach = { owners: null, companies: [], coached: [], self: null };

/** SQL of what of a reach is asked of a company; `owners` and `ids` are places of parameters such as `$3`. */
export const reachedCompany = (alias: string, owners: string, ids: string) =>
  `(${owners}::uuid[] is null or ${alias}.owner_id = any(${owners}) or ${alias}.id = any(${ids}::uuid[]))`;

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
    return scope === 'team' ? this.led(context.userId) : [context.userId];
  }

  /**
   * What the capability reaches of companies and of facts about them. A coach reaches the companies coached today, somebody of a company the own one,
   * with all that is recorded about them: by company, so that an assignment that ended takes the own records about it along (Q107).
   */
  async reach(capability: Capability): Promise<Reach> {
    const context = currentContext();
    if (context.userId === null) return everybodys;
    const scopes = scopesOf(context.roles, capability, context.locked);
    if (scopes.size === 0) throw new DomainError('forbidden', 'Your role does not include this.', { params: { capability } });
    const self = context.userId;
    if (scopes.has('tenant')) return everybodys;
    const own = scopes.has('self') ? [self] : [];
    const owners = scopes.has('team') ? await this.led(self) : own;
    const roles = [...(scopes.has('portfolio') ? ['coach'] : []), ...(scopes.has('company') ? ['member'] : [])];
    if (roles.length === 0) return { ...everybodys, owners };
    const assigned = await this.assigned(self, roles);
    const coached = assigned.filter(({ role }) => role === 'coach').map(({ id }) => id);
    return { owners, companies: assigned.map(({ id }) => id), coached, self };
  }

  private async led(userId: string): Promise<string[]> {
    const { tenantId, now, timeZone } = currentContext();
    const rows = await this.db.many<{ id: string }>(ledPeople, [tenantId, userId, dayOf(now, timeZone)]);
    return rows.map((row) => row.id);
  }

  private assigned(userId: string, roles: string[]): Promise<{ id: string; role: string }[]> {
    const { tenantId, now, timeZone } = currentContext();
    return this.db.many<{ id: string; role: string }>(assignedCompanies, [tenantId, userId, dayOf(now, timeZone), roles]);
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
