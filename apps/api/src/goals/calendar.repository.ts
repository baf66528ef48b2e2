import { Injectable } from '@nestjs/common';
import type { Calendar } from '@waymark/kernel';
import { Db } from '../platform/database/db.js';
import { currentContext } from '../platform/request-context.js';

/** The organisation's working days, holidays and thresholds. */
export interface OrganisationRules {
  calendar: Calendar;
  onTrackPercent: number;
  atRiskPercent: number;
  earlyPercent: number;
  exceededPercent: number;
}

@Injectable()
export class CalendarRepository {
  constructor(private readonly db: Db) {}

  async rules(): Promise<OrganisationRules> {
    const row = await this.db.prepared<{
      working_days: number[];
      on_track: number;
      at_risk: number;
      early: number;
      exceeded: number;
      holidays: string[];
    }>(
      `select working_days, on_track_percent as on_track, at_risk_percent as at_risk, early_percent as early, exceeded_percent as exceeded,
         array(select on_day::text from holidays h where h.tenant_id = $1 order by 1) as holidays from tenants where id = $1`,
      [currentContext().tenantId],
    );
    return {
      calendar: { workingDays: row.working_days, holidays: new Set(row.holidays) },
      onTrackPercent: row.on_track,
      atRiskPercent: row.at_risk,
      earlyPercent: row.early,
      exceededPercent: row.exceeded,
    };
  }
}
