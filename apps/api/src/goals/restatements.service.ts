import { Injectable } from '@nestjs/common';
import type { ChangedMeasure } from '../metrics/measures.service.js';
import { RecomputeHooks } from '../metrics/recompute-hooks.js';
import { LivePublisher } from '../platform/live/live-publisher.js';
import { GoalRecalculation } from './goal-recalculation.service.js';
import { GoalsRepository } from './goals.repository.js';
import { ReachedGoalsService } from './reached-goals.service.js';
import { RestatementsRepository } from './restatements.repository.js';

/** Values of locked periods never move; what later corrections would make of them is kept beside them and shown (MET-10, Q25). */
@Injectable()
export class Restatements {
  constructor(
    hooks: RecomputeHooks,
    private readonly recalculation: GoalRecalculation,
    private readonly goals: GoalsRepository,
    private readonly repository: RestatementsRepository,
    private readonly reached: ReachedGoalsService,
    private readonly live: LivePublisher,
  ) {
    hooks.register((changed) => this.afterMeasures(changed));
    hooks.registerForMetrics((keys) => this.afterRedefinition(keys));
  }

  private async afterMeasures(changed: readonly ChangedMeasure[]): Promise<void> {
    await this.restate((await this.reached.by(changed)).locked);
  }

  /** A new definition is no correction of facts, yet receipts and series answer by it from now on: what it makes of a locked period is said too (MET-04). */
  private async afterRedefinition(keys: readonly string[]): Promise<void> {
    await this.restate(await this.goals.lookingAt(keys));
  }

  /** Those of these goals whose periods are locked. */
  private async restate(ids: string[]): Promise<void> {
    if (ids.length === 0) return;
    const restated = await this.repository.keep(await this.recalculation.restated(ids));
    if (restated.length > 0) await this.live.publish({ type: 'goals', ids: restated });
  }
}
