import { Injectable } from '@nestjs/common';
import type { ChangedMeasure } from './metrics.repository.js';

type Hook = (changed: readonly ChangedMeasure[]) => Promise<void>;

/** What later stages do when stored measures changed, in the order of registration, inside the same transaction. */
@Injectable()
export class RecomputeHooks {
  private readonly hooks: Hook[] = [];

  register(hook: Hook): void {
    this.hooks.push(hook);
  }

  async run(changed: readonly ChangedMeasure[]): Promise<void> {
    for (const hook of this.hooks) await hook(changed);
  }
}
