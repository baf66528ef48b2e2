import { Injectable } from '@nestjs/common';
import type { PeriodKind, PeriodState } from '@waymark/kernel';
import { Db } from '../platform/database/db.js';
import { currentContext } from '../platform/request-context.js';

export interface PeriodRow {
  id: string;
  name: string;
  kind: PeriodKind;
  starts_on: string;
  ends_on: string;
  time_zone: string;
  starts_at: Date;
  ends_at: Date;
  state: PeriodState;
  settle_days: number;
  activated_at: Date | null;
  locked_at: Date | null;
  goal_count: number;
  version: number;
}

export type PeriodValues = Record<string, string | number | boolean | Date | null>;

const columns = `p.id, p.name, p.kind, p.starts_on, p.ends_on, p.time_zone, p.starts_at, p.ends_at, p.state, p.settle_days, p.activated_at, p.locked_at, p.version,
  (select count(*)::int from goals g where g.tenant_id = p.tenant_id and g.period_id = p.id) as goal_count`;

@Injectable()
export class PeriodsRepository {
  constructor(private readonly db: Db) {}

  page(after: { startsOn: string; id: string } | null, limit: number): Promise<PeriodRow[]> {
    return this.db.many<PeriodRow & Record<string, unknown>>(
      `select ${columns} from goal_periods p where p.tenant_id = $1 and ($2::date is null or (p.starts_on, p.id) < ($2::date, $3::uuid))
       order by p.starts_on desc, p.id desc limit $4`,
      [currentContext().tenantId, after?.startsOn ?? null, after?.id ?? null, limit],
    );
  }

  find(id: string): Promise<PeriodRow | null> {
    return this.db.maybe<PeriodRow & Record<string, unknown>>(`select ${columns} from goal_periods p where p.tenant_id = $1 and p.id = $2`, [
      currentContext().tenantId,
      id,
    ]);
  }

  async lock(id: string): Promise<void> {
    await this.db.run('select 1 from goal_periods where tenant_id = $1 and id = $2 for update', [currentContext().tenantId, id]);
  }

  /** The period of the same kind that shares a day with these, if any. */
  overlapping(kind: PeriodKind, startsOn: string, endsOn: string, except: string | null): Promise<{ name: string } | null> {
    return this.db.maybe<{ name: string }>(
      `select name from goal_periods where tenant_id = $1 and kind = $2 and daterange(starts_on, ends_on, '[]') && daterange($3, $4, '[]') and id is distinct from $5 limit 1`,
      [currentContext().tenantId, kind, startsOn, endsOn, except],
    );
  }

  async insert(values: PeriodValues): Promise<string> {
    const names = Object.keys(values);
    const row = await this.db.one<{ id: string }>(
      `insert into goal_periods (tenant_id, created_at, ${names.join(', ')}) values ($1, $2, ${names.map((_, n) => `$${n + 3}`).join(', ')}) returning id`,
      [currentContext().tenantId, currentContext().now, ...Object.values(values)],
    );
    return row.id;
  }

  async update(id: string, values: PeriodValues): Promise<void> {
    const names = Object.keys(values);
    if (names.length === 0) return;
    await this.db.run(`update goal_periods set ${names.map((name, n) => `${name} = $${n + 3}`).join(', ')} where tenant_id = $1 and id = $2`, [
      currentContext().tenantId,
      id,
      ...Object.values(values),
    ]);
  }

  async goalIds(periodId: string): Promise<string[]> {
    const rows = await this.db.many<{ id: string }>('select id from goals where tenant_id = $1 and period_id = $2 order by id', [
      currentContext().tenantId,
      periodId,
    ]);
    return rows.map((row) => row.id);
  }

  /** Active periods that are over become completed. */
  async completeEnded(now: Date): Promise<void> {
    await this.db.run(`update goal_periods set state = 'completed' where tenant_id = $1 and state = 'active' and ends_at <= $2`, [
      currentContext().tenantId,
      now,
    ]);
  }

  /** Completed periods that may lock when their settle window is over: every gate has its verdict (Q99). */
  lockable(): Promise<{ id: string; ends_on: string; settle_days: number; time_zone: string }[]> {
    return this.db.many(
      `select p.id, p.ends_on, p.settle_days, p.time_zone from goal_periods p where p.tenant_id = $1 and p.state = 'completed' and p.locked_at is null and not exists
         (select 1 from gates x join goals g on g.tenant_id = x.tenant_id and g.id = x.goal_id where x.tenant_id = $1 and g.period_id = p.id and x.state = 'pending')`,
      [currentContext().tenantId],
    );
  }
}
