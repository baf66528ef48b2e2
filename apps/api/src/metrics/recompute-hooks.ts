import { Injectable } from '@nestjs/common';
import type { ChangedMeasure } from './metrics.repository.js';

type Hook = (changed: readonly ChangedMeasure[]) => Promise<void>;
type MetricHook = (keys: readonly string[]) => Promise<void>;

/** What later stages do when stored measures changed, or metrics got another definition, in the order of registration, inside the same transaction. */
@Injectable()
export class RecomputeHooks {
  private readonly hooks: Hook[] = [];
  private readonly metricHooks: MetricHook[] = [];

  register(hook: Hook): void {
    this.hooks.push(hook);
  }

  /** After metrics with these keys began to answer by another definition (MET-04). */
  registerForMetrics(hook: MetricHook): void {
    this.metricHooks.push(hook);
  }

  async run(changed: readonly ChangedMeasure[]): Promise<void> {
    for (const hook of this.hooks) await hook(changed);
  }

  async redefined(keys: readonly string[]): Promise<void> {
    for (const hook of this.metricHooks) await hook(keys);
  }
}
