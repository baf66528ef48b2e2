import { Injectable } from '@nestjs/common';
import { type Measure, ownMeasures } from '@waymark/metrics';
import { UnitOfWork } from '../platform/database/unit-of-work.js';
import { JobRegistry, type JobSlot } from '../platform/jobs/job-registry.js';
import { LivePublisher } from '../platform/live/live-publisher.js';
import { currentContext } from '../platform/request-context.js';
import { withNeighbours } from './dirty-days.js';
import { type DirtyMark, MetricsRepository } from './metrics.repository.js';
import { OwnMetricsRepository } from './own-metrics.repository.js';
import { RecomputeHooks } from './recompute-hooks.js';
import { plansOf, TenantMetrics } from './tenant-metrics.js';

/** The job that computes the days of a published version; its subject is the version. */
export const rebuildJob = 'own-metric-rebuild';
const daysPerBatch = 5000;

/**
 * Computes every day of a new version, batch by batch, while the version before it answers; then it answers itself. A worker that dies leaves the
 * job to another one, which begins again: computing a day twice changes nothing.
 */
@Injectable()
export class OwnMetricRebuild {
  constructor(
    registry: JobRegistry,
    private readonly own: OwnMetricsRepository,
    private readonly metrics: MetricsRepository,
    private readonly tenant: TenantMetrics,
    private readonly hooks: RecomputeHooks,
    private readonly live: LivePublisher,
    private readonly units: UnitOfWork,
  ) {
    registry.register({
      key: rebuildJob,
      run: (slot) => this.run(slot),
      gaveUp: (slot, sentence) => this.own.failed(slot.subjectId as string, sentence),
    });
  }

  private async run({ subjectId }: JobSlot): Promise<void> {
    const version = await this.own.version(subjectId as string);
    if (!version || version.state !== 'published' || version.ready_at) return;
    const versions = (await this.own.versions([version.metric_id])).filter((one) => one.state === 'published').reverse();
    const plan = plansOf(version.key, versions).computing;
    if (!plan || plan.number !== version.number) return;
    const measures = ownMeasures(plan);
    const days = withNeighbours(await this.metrics.everyDay(measures), currentContext().timeZone);
    await this.compute(version.id, measures, days);
    await this.metrics.lockRecomputation();
    await this.own.ready(version.id);
    await this.own.removeSums(version.key, version.number);
    this.tenant.forget();
    await this.hooks.redefined([version.key]);
    await this.live.publish({ type: 'metrics', ids: [] });
  }

  private async compute(versionId: string, measures: readonly Measure[], days: readonly DirtyMark[]): Promise<void> {
    const { tenantId } = currentContext();
    const sources = [...new Set(measures.map((measure) => measure.source))];
    let done = 0;
    for (const source of sources) {
      const ofSource = days.filter((day) => day.source === source);
      for (let n = 0; n < ofSource.length; n += daysPerBatch) {
        const batch = ofSource.slice(n, n + daysPerBatch);
        done += batch.length;
        await this.units.run({ tenantId, separate: true }, async () => {
          await this.metrics.lockRecomputation();
          await this.metrics.recompute(source, batch, measures);
          await this.own.progress(versionId, done, days.length);
          await this.live.publish({ type: 'metrics', ids: [] });
        });
      }
    }
  }
}
