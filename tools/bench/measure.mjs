import { performance } from 'node:perf_hooks';

/**
 * Runs candidate and limit in turns: one warm-up, then `rounds` measured ones. Times are milliseconds.
 * @param {Record<string, () => Promise<number | void>>} contestants each answers its own time, or is timed as a whole
 * @param {number} rounds
 */
export async function rotate(contestants, rounds = 5) {
  /** @type {Record<string, number[]>} */
  const times = Object.fromEntries(Object.keys(contestants).map((name) => [name, []]));
  for (let round = 0; round <= rounds; round += 1)
    for (const [name, run] of Object.entries(contestants)) {
      const start = performance.now();
      const own = await run();
      const time = typeof own === 'number' ? own : performance.now() - start;
      if (round > 0) times[name]?.push(time);
    }
  return Object.fromEntries(Object.entries(times).map(([name, list]) => [name, spread(list)]));
}

/** @param {number[]} list */
export function spread(list) {
  const sorted = [...list].sort((a, b) => a - b);
  return { min: sorted[0] ?? NaN, med: sorted[Math.floor(sorted.length / 2)] ?? NaN, max: sorted.at(-1) ?? NaN };
}

/** @param {{ min: number, med: number, max: number }} values @param {string} unit */
export function shown(values, unit = 'ms') {
  const short = (/** @type {number} */ value) => (value >= 100 ? value.toFixed(0) : value.toFixed(2));
  return `${short(values.min)} / ${short(values.med)} / ${short(values.max)} ${unit}`;
}

/** @param {string} name @param {string} target @param {number} ratio @param {boolean} reached */
export function verdict(name, target, ratio, reached) {
  console.log(`${name}: ratio ${ratio.toFixed(2)}, target ${target}: ${reached ? 'reached' : 'MISSED'}`);
}
