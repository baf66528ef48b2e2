import { Injectable } from '@nestjs/common';
import { measuresOf, sourceNames, windowMeasures } from '@waymark/metrics';
import { currentContext } from '../platform/request-context.js';
import { UnitOfWork } from '../platform/database/unit-of-work.js';
import { LivePublisher } from '../platform/live/live-publisher.js';
import { withNeighbours } from './dirty-days.js';
import { type ChangedMeasure, type Difference, MetricsRepository } from './metrics.repository.js';
import { RecomputeHooks } from './recompute-hooks.js';
import { TenantMetrics } from './tenant-metrics.js';

const marksPerBatch = 5000;

/** Turns dirty marks into stored measures, and tells the later stages: each batch is one transaction, so a killed worker loses nothing. */
@Injectable()
export class Recomputation {
  constructor(
    private readonly repository: MetricsRepository,
    private readonly tenant: TenantMetrics,
    private readonly hooks: RecomputeHooks,
    private readonly live: LivePublisher,
    private readonly units: UnitOfWork,
  ) {}

  /** Works off all marks of one organisation; answers how many (owner, day) pairs were recomputed. */
  async drain(tenantId: string): Promise<number> {
    let total = 0;
    for (;;) {
      const { found, more } = await this.step(tenantId);
      total += found;
      if (!more) return total;
    }
  }

  /** Works off one batch of the marks of an organisation; answers how many (owner, day) pairs were recomputed and whether more marks may wait. */
  step(tenantId: string): Promise<{ found: number; more: boolean }> {
    return this.units.run({ tenantId, separate: true }, () => this.batch());
  }

  /** Marks every day and works it off: the rebuild from facts. */
  async rebuild(tenantId: string): Promise<number> {
    await this.units.run({ tenantId }, () => this.markEveryDay());
    return this.drain(tenantId);
  }

  /** Marks every day of the present organisation inside the open unit of work; the worker's next round works the marks off. */
  async markEveryDay(): Promise<void> {
    const { measures } = await this.tenant.all();
    await this.repository.mark(await this.repository.everyDay(measures));
  }

  /** Rebuilds in thought and names what differs from the stored sums; it must be nothing (MET-07). */
  audit(tenantId: string): Promise<Difference[]> {
    return this.units.run({ tenantId, readOnly: true }, async () => (await this.compare()).differences);
  }

  /** The same inside the open unit of work, with the number of (source, owner, day) that were looked at. Days that wait to be counted are left out. */
  async compare(): Promise<{ days: number; differences: Difference[] }> {
    // Of a version that is being computed many days are still missing: it is not looked at until it answers.
    const { measures, computing } = await this.tenant.all();
    const kept = measures.filter((measure) => !computing.has(measure.key));
    const days = withNeighbours(await this.repository.everyDay(kept), currentContext().timeZone);
    const differences: Difference[] = [];
    for (const source of sourceNames) {
      const ofSource = days.filter((day) => day.source === source);
      for (let n = 0; n < ofSource.length; n += marksPerBatch)
        differences.push(...(await this.repository.differences(source, ofSource.slice(n, n + marksPerBatch), kept)));
    }
    return { days: days.length, differences };
  }

  /** Has the days of these differences counted again by the worker's next round. */
  async heal(differences: readonly Difference[]): Promise<void> {
    const { measures } = await this.tenant.all();
    const sourceOfMeasure = new Map(measures.map((measure) => [measure.key, measure.source]));
    await this.repository.mark(
      differences.flatMap(({ measure, owner_id, on_day }) => {
        const source = sourceOfMeasure.get(measure);
        return source ? [{ source, owner_id, on_day }] : [];
      }),
    );
  }

  private async batch(): Promise<{ found: number; more: boolean }> {
    await this.repository.lockRecomputation();
    const { marks, claimed } = await this.repository.claimMarks(marksPerBatch);
    if (marks.length === 0) return { found: 0, more: false };
    const days = withNeighbours(marks, currentContext().timeZone);
    const { measures } = await this.tenant.all();
    const changed: ChangedMeasure[] = [];
    for (const source of sourceNames) {
      const ofSource = days.filter((day) => day.source === source);
      if (ofSource.length > 0 && measuresOf(source, measures).length > 0)
        changed.push(...(await this.repository.recompute(source, ofSource, measures)));
    }
    // What does not add up over days is not stored: its marks only say that whatever rests on it must be read again (Q105).
    for (const { key, source, other } of windowMeasures)
      changed.push(
        ...days
          .filter((day) => day.source === source || day.source === other?.source)
          .map(({ owner_id, on_day }) => ({ measure: key, owner_id, on_day })),
      );
    await this.hooks.run(changed);
    if (changed.length > 0) await this.live.publish({ type: 'metrics', ids: [] });
    return { found: marks.length, more: claimed === marksPerBatch };
  }
}
