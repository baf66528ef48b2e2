import { Injectable } from '@nestjs/common';

type Hook = (goalIds: readonly string[]) => Promise<void>;

/** What later stages do when goals appear or their targets change, inside the same transaction. */
@Injectable()
export class GoalHooks {
  private readonly hooks: Hook[] = [];

  register(hook: Hook): void {
    this.hooks.push(hook);
  }

  async changed(goalIds: readonly string[]): Promise<void> {
    for (const hook of this.hooks) await hook(goalIds);
  }
}
