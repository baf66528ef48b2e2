import { DomainError } from '@waymark/kernel';
import { AsyncLocalStorage } from 'node:async_hooks';

/**
 * Lets few through at once and a few more wait; whoever comes then is sent away at once. A password hash takes a whole core for 10 ms and more,
 * so a flood of sign-ins would starve everybody else (reliability 3.4). Work that is inside already does not queue again.
 */
export class HashingGate {
  private readonly inside = new AsyncLocalStorage<true>();
  private running = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(
    private readonly atOnce = 2,
    private readonly queue = 20,
  ) {}

  /** Nobody else could even wait. */
  get full(): boolean {
    return this.running >= this.atOnce && this.waiting.length >= this.queue;
  }

  /** Throws `unavailable` when the queue is full: it does not begin the work. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.inside.getStore()) return work();
    if (this.full) throw new DomainError('unavailable', 'Too many people sign in at this moment. Try again in a few seconds.');
    if (this.running >= this.atOnce) await new Promise<void>((resolve) => this.waiting.push(resolve));
    else this.running += 1;
    try {
      return await this.inside.run(true, work);
    } finally {
      const next = this.waiting.shift();
      if (next)
        next(); // hands the place on
      else this.running -= 1;
    }
  }
}
