import { Injectable } from '@nestjs/common';
import { sourceNames } from '@waymark/metrics';
import { UnitOfWork } from '../platform/database/unit-of-work.js';
import { LivePublisher } from '../platform/live/live-publisher.js';
import { type ChangedMeasure, MetricsRepository } from './metrics.repository.js';
import { RecomputeHooks } from './recompute-hooks.js';

const marksPerBatch = 5000;

/** Turns dirty marks into stored measures, and tells the later stages: each batch is one transaction, so a killed worker loses nothing. */
@Injectable()
export class Recomputation {
  constructor(
    private readonly repository: MetricsRepository,
    private readonly hooks: RecomputeHooks,
    private readonly live: LivePublisher,
    private readonly units: UnitOfWork,
  ) {}

  /** Works off all marks of one organisation; answers how many (owner, day) pairs were recomputed. */
  async drain(tenantId: string): Promise<number> {
    let total = 0;
    for (;;) {
      const done = await this.units.run({ tenantId, separate: true }, () => this.batch());
      total += done;
      if (done === 0) return total;
    }
  }

  /** Marks every day and works it off: the rebuild from facts. */
  async rebuild(tenantId: string): Promise<number> {
    await this.units.run({ tenantId }, () => this.repository.markEverything());
    return this.drain(tenantId);
  }

  private async batch(): Promise<number> {
    await this.repository.lockRecomputation();
    const marks = await this.repository.claimMarks(marksPerBatch);
    if (marks.length === 0) return 0;
    const changed: ChangedMeasure[] = [];
    for (const source of sourceNames) {
      const ofSource = marks.filter((mark) => mark.source === source);
      if (ofSource.length > 0) changed.push(...(await this.repository.recompute(source, ofSource)));
    }
    await this.hooks.run(changed);
    if (changed.length > 0) await this.live.publish({ type: 'metrics', ids: [] });
    return marks.length;
  }
}
