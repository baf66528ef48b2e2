import { Injectable } from '@nestjs/common';
import type { ChangedMeasure } from '../metrics/measures.service.js';
import { TenantMetrics } from '../metrics/tenant-metrics.js';
import { ReachedGoalsRepository } from './reached-goals.repository.js';
import { reachedBy } from './touched.js';

/** Ids of the goals whose value changed measures may reach: of open periods, and of locked ones, whose values stay (MET-10). */
export interface ReachedGoals {
  open: string[];
  locked: string[];
}

/** Which goals a change reaches, asked once however many listen to it: two statements, whatever its size (MET-06). */
@Injectable()
export class ReachedGoalsService {
  private readonly answers = new WeakMap<readonly ChangedMeasure[], Promise<ReachedGoals>>();

  constructor(
    private readonly repository: ReachedGoalsRepository,
    private readonly tenant: TenantMetrics,
  ) {}

  by(changed: readonly ChangedMeasure[]): Promise<ReachedGoals> {
    const known = this.answers.get(changed) ?? this.ask(changed);
    this.answers.set(changed, known);
    return known;
  }

  private async ask(changed: readonly ChangedMeasure[]): Promise<ReachedGoals> {
    if (changed.length === 0) return { open: [], locked: [] };
    const periods = await this.repository.periods();
    const { metrics } = await this.tenant.all();
    const goals = await this.repository.goals(reachedBy(changed, metrics.values(), periods));
    const locked = new Set(periods.flatMap((period) => (period.locked ? [period.id] : [])));
    const { open = [], kept = [] } = Object.groupBy(goals, ({ periodId }) => (locked.has(periodId) ? 'kept' : 'open'));
    return { open: open.map(({ id }) => id), locked: kept.map(({ id }) => id) };
  }
}
