import { Injectable } from '@nestjs/common';
import { metrics } from '@waymark/metrics';
import type { ChangedMeasure } from '../metrics/measures.service.js';
import { RecomputeHooks } from '../metrics/recompute-hooks.js';
import { LivePublisher } from '../platform/live/live-publisher.js';
import { GoalRecalculation } from './goal-recalculation.service.js';
import { RestatementsRepository, type Touched } from './restatements.repository.js';

/** Values of locked periods never move; what later corrections would make of them is kept beside them and shown (MET-10, Q25). */
@Injectable()
export class Restatements {
  constructor(
    hooks: RecomputeHooks,
    private readonly recalculation: GoalRecalculation,
    private readonly repository: RestatementsRepository,
    private readonly live: LivePublisher,
  ) {
    hooks.register((changed) => this.afterMeasures(changed));
  }

  private async afterMeasures(changed: readonly ChangedMeasure[]): Promise<void> {
    const touched = changed.flatMap(touchedBy);
    if (touched.length === 0) return;
    const ids = await this.repository.affected(touched);
    if (ids.length === 0) return;
    const restated = await this.repository.keep(await this.recalculation.restated(ids));
    if (restated.length > 0) await this.live.publish({ type: 'goals', ids: restated });
  }
}

/** Which metrics a changed measure reaches, and how far. */
function touchedBy({ measure, owner_id, on_day }: ChangedMeasure): Touched[] {
  return [...metrics.values()].flatMap((metric) => {
    const own = Object.values(metric.measures).find(({ key }) => key === measure);
    if (metric.window?.key !== measure && !own) return [];
    const window = metric.window !== undefined;
    return [{ metric: metric.key, ownerId: owner_id, onDay: on_day, carries: window || own?.tense === 'standing', everybody: window }];
  });
}
