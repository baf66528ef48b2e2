import { compareRatios, type Ratio } from './share.js';

/** A limit that decides and speaks from one object, so that the sentence never says another thing than the verdict. */
export interface Threshold {
  readonly needed: Ratio;
  holds(value: Ratio): boolean;
  /** For example "at least $300,000"; `format` writes the number. */
  sentence(format: (needed: Ratio) => string): string;
}

function threshold(needed: Ratio, words: string, accepts: (comparison: -1 | 0 | 1) => boolean): Threshold {
  return { needed, holds: (value) => accepts(compareRatios(value, needed)), sentence: (format) => `${words} ${format(needed)}` };
}

export const atLeast = (needed: Ratio): Threshold => threshold(needed, 'at least', (comparison) => comparison >= 0);
export const atMost = (needed: Ratio): Threshold => threshold(needed, 'at most', (comparison) => comparison <= 0);
export const above = (needed: Ratio): Threshold => threshold(needed, 'above', (comparison) => comparison > 0);
export const below = (needed: Ratio): Threshold => threshold(needed, 'below', (comparison) => comparison < 0);
