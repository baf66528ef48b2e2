import { Injectable } from '@nestjs/common';
import type { RestrictionSummary } from '@waymark/contracts';
import { Db } from '../platform/database/db.js';
import { currentContext } from '../platform/request-context.js';

/** A restriction that withholds an action now. `measured` and `needed` are the display texts of the gate's latest evaluation. */
export interface BlockingRestriction {
  id: string;
  kind: string;
  userId: string;
  userName: string;
  gateId: string;
  gateName: string;
  since: Date;
  measured: string | null;
  needed: string | null;
  /** What meets the gate, in words; the gates stage knows them. */
  remedies: string[] | null;
}

@Injectable()
export class RestrictionsRepository {
  constructor(private readonly db: Db) {}

  /**
   * What is in force for these people and withholds `action`, heaviest first. The key-share lock keeps an imposition from slipping in between. It may
   * have waited for one, so what has begun is asked of the clock of this moment: the request's own `now` is older than a restriction it waited for.
   */
  async blocking(action: string, userIds: string[], now: Date): Promise<BlockingRestriction[]> {
    const { tenantId } = currentContext();
    await this.db.run('select 1 from users where tenant_id = $1 and id = any($2) order by id for key share', [tenantId, userIds]);
    return this.db.many<BlockingRestriction & Record<string, unknown>>(
      `select r.id, r.kind, r.user_id as "userId", u.name as "userName", r.gate_id as "gateId", g.name as "gateName", r.starts_at as since,
         g.live ->> 'measuredText' as measured, g.live ->> 'neededText' as needed, g.live -> 'remedies' as remedies
       from restrictions r join gates g on g.tenant_id = r.tenant_id and g.id = r.gate_id join users u on u.tenant_id = r.tenant_id and u.id = r.user_id
       where r.tenant_id = $1 and r.user_id = any($3) and r.state = 'in_force' and $2 = any(r.actions) and r.ends_at > $4
         and r.starts_at <= greatest($4, (select clock_timestamp() - t.clock_offset_ms * interval '1 millisecond' from tenants t where t.id = $1))
       order by array_position(array['account_lock', 'action_block', 'commission_hold', 'warning'], r.kind), r.imposed_at, r.id`,
      [tenantId, action, userIds, now],
    );
  }

  /** Everything in force or proposed for one person, in the order of display (Q60). */
  async summariesOf(userId: string, now: Date): Promise<RestrictionSummary[]> {
    const rows = await this.db.many<{ id: string; kind: RestrictionSummary['kind']; state: string; gate_name: string; starts_at: Date }>(
      `select r.id, r.kind, r.state, g.name as gate_name, r.starts_at
       from restrictions r join gates g on g.tenant_id = r.tenant_id and g.id = r.gate_id
       where r.tenant_id = $1 and r.user_id = $2 and r.state in ('in_force', 'proposed') and r.ends_at > $3
       order by array_position(array['account_lock', 'action_block', 'commission_hold', 'warning'], r.kind), r.imposed_at, r.id`,
      [currentContext().tenantId, userId, now],
    );
    return rows.map((row) => ({
      id: row.id,
      kind: row.kind,
      state: row.state,
      title: restrictionTitle(row.kind, row.state),
      gateName: row.gate_name,
      since: row.starts_at.toISOString(),
    }));
  }
}

const titles: Record<RestrictionSummary['kind'], { in_force: string; proposed: string }> = {
  warning: { in_force: 'A gate was missed. Nothing is blocked.', proposed: 'A warning is proposed.' },
  action_block: { in_force: 'You cannot create new deals right now.', proposed: 'A block on new deals is proposed.' },
  commission_hold: { in_force: 'Commission not yet earned is on hold.', proposed: 'A commission hold is proposed. A person decides.' },
  account_lock: { in_force: 'Your access is paused.', proposed: 'An account lock is proposed. Two people decide.' },
};

function restrictionTitle(kind: RestrictionSummary['kind'], state: string): string {
  return titles[kind][state === 'proposed' ? 'proposed' : 'in_force'];
}
