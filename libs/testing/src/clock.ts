/** A clock that stands still until it is told to move; pass `clock.now` wherever the product takes the time as a parameter. */
export interface FixedClock {
  readonly now: () => Date;
  /** Stands at this instant from now on (RFC 3339 text or Date). */
  set(instant: string | Date): void;
  /** Moves forward by so many milliseconds (may be negative). */
  advance(milliseconds: number): void;
}

/** A clock standing at `instant` (RFC 3339 with zone). Throws when the text is no instant: a typo must not become "Invalid Date". */
export function fixedClock(instant: string | Date): FixedClock {
  let current = instantOf(instant);
  return {
    now: () => new Date(current),
    set: (next) => {
      current = instantOf(next);
    },
    advance: (milliseconds) => {
      current += milliseconds;
    },
  };
}

/** Milliseconds in one day of 24 hours, for `advance`. */
export const oneDay = 86_400_000;

function instantOf(instant: string | Date): number {
  const time = typeof instant === 'string' ? Date.parse(instant) : instant.getTime();
  if (Number.isNaN(time)) throw new Error(`"${String(instant)}" is no instant.`);
  return time;
}
