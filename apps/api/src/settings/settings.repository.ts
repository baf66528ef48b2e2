import { Injectable } from '@nestjs/common';
import type { Holiday, Settings } from '@waymark/contracts';
import { Db } from '../platform/database/db.js';
import type { FeatureStates } from '../platform/features/features.js';
import { currentContext } from '../platform/request-context.js';

/** Columns by the name of the setting; only these may be written. */
const columns = {
  name: 'name',
  timeZone: 'time_zone',
  currency: 'currency',
  weekStart: 'week_start',
  fiscalYearStartMonth: 'fiscal_year_start_month',
  workingDays: 'working_days',
  onTrackPercent: 'on_track_percent',
  atRiskPercent: 'at_risk_percent',
  earlyPercent: 'early_percent',
  exceededPercent: 'exceeded_percent',
  leaderboardSize: 'leaderboard_size',
  leaderboardAudience: 'leaderboard_audience',
  renewalBase: 'renewal_base',
} as const;

export type SettingValues = Partial<Pick<Settings, keyof typeof columns>>;

@Injectable()
export class SettingsRepository {
  constructor(private readonly db: Db) {}

  find(): Promise<Settings> {
    const own = Object.entries(columns).map(([key, column]) => `${column} as "${key}"`);
    return this.db.one<Settings & Record<string, unknown>>(
      `select slug, version, ${own.join(', ')}, exists (select 1 from sales s where s.tenant_id = $1)
         or exists (select 1 from pipeline_events e where e.tenant_id = $1) as "currencyFixed" from tenants where id = $1`,
      [currentContext().tenantId],
    );
  }

  /** Nobody else changes settings until the end of the transaction; readers and new rows of the organisation go on. */
  async lock(): Promise<void> {
    await this.db.run('select 1 from tenants where id = $1 for no key update', [currentContext().tenantId]);
  }

  async update(values: SettingValues): Promise<void> {
    const keys = Object.keys(values) as (keyof typeof columns)[];
    if (keys.length === 0) return;
    await this.db.run(`update tenants set ${keys.map((key, n) => `${columns[key]} = $${n + 2}`).join(', ')} where id = $1`, [
      currentContext().tenantId,
      ...keys.map((key) => values[key]),
    ]);
  }

  async switchFeatures(states: Partial<FeatureStates>): Promise<void> {
    await this.db.run('update tenants set features = features || $2::jsonb where id = $1', [currentContext().tenantId, JSON.stringify(states)]);
  }

  holidays(): Promise<Holiday[]> {
    return this.db.many<Holiday & Record<string, unknown>>('select on_day as day, name from holidays where tenant_id = $1 order by on_day', [
      currentContext().tenantId,
    ]);
  }

  /** False when the day is a holiday already. */
  async addHoliday({ day, name }: Holiday): Promise<boolean> {
    const added = await this.db.run('insert into holidays (tenant_id, on_day, name) values ($1, $2, $3) on conflict (tenant_id, on_day) do nothing', [
      currentContext().tenantId,
      day,
      name,
    ]);
    return added > 0;
  }

  removeHoliday(day: string): Promise<Holiday | null> {
    return this.db.maybe<Holiday & Record<string, unknown>>(
      'delete from holidays where tenant_id = $1 and on_day = $2 returning on_day as day, name',
      [currentContext().tenantId, day],
    );
  }
}
