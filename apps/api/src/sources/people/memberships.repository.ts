import { Injectable } from '@nestjs/common';
import type { Membership } from '@waymark/contracts';
import { Db } from '../../platform/database/db.js';
import { currentContext } from '../../platform/request-context.js';
import { membershipJson } from './users.repository.js';

/** A membership as it shall be. */
export interface MembershipValues {
  userId: string;
  role: string;
  fromOn: string;
  untilOn: string | null;
  primary: boolean;
}

@Injectable()
export class MembershipsRepository {
  constructor(private readonly db: Db) {}

  /** Memberships of a team, newest first; of one id when it is given. */
  async of(teamId: string, id: string | null, after: { fromOn: string; id: string } | null, limit: number): Promise<Membership[]> {
    const rows = await this.db.many<{ membership: Membership }>(
      `select ${membershipJson} as membership from team_memberships m join teams t on t.tenant_id = $1 and t.id = m.team_id
         join users u on u.tenant_id = $1 and u.id = m.user_id
       where m.tenant_id = $1 and m.team_id = $2 and ($3::uuid is null or m.id = $3) and ($4::date is null or (m.from_on, m.id) < ($4, $5::uuid))
       order by m.from_on desc, m.id desc limit $6`,
      [currentContext().tenantId, teamId, id, after?.fromOn ?? null, after?.id ?? null, limit],
    );
    return rows.map((row) => row.membership);
  }

  /** Whether the person is in the team, in any role, on some day of the span, apart from the membership `except`. */
  async overlaps(teamId: string, { userId, fromOn, untilOn }: MembershipValues, except: string | null): Promise<boolean> {
    const row = await this.db.maybe(
      `select 1 from team_memberships where tenant_id = $1 and team_id = $2 and user_id = $3 and ($6::uuid is null or id <> $6)
         and from_on < coalesce($5::date, 'infinity') and coalesce(until_on, 'infinity') > $4::date limit 1`,
      [currentContext().tenantId, teamId, userId, fromOn, untilOn, except],
    );
    return row !== null;
  }

  async insert(teamId: string, { userId, role, fromOn, untilOn, primary }: MembershipValues): Promise<string> {
    const row = await this.db.one<{ id: string }>(
      `insert into team_memberships (tenant_id, team_id, user_id, role, from_on, until_on, is_primary) values ($1, $2, $3, $4, $5, $6, $7) returning id`,
      [currentContext().tenantId, teamId, userId, role, fromOn, untilOn, primary],
    );
    return row.id;
  }

  async update(id: string, { role, fromOn, untilOn, primary }: MembershipValues): Promise<void> {
    await this.db.run(
      'update team_memberships set role = $3, from_on = $4, until_on = $5, is_primary = $6, derived = false where tenant_id = $1 and id = $2',
      [currentContext().tenantId, id, role, fromOn, untilOn, primary],
    );
  }

  async remove(id: string): Promise<void> {
    await this.db.run('delete from team_memberships where tenant_id = $1 and id = $2', [currentContext().tenantId, id]);
  }
}
