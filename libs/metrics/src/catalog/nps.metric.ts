import { none, ratio, whole } from '@waymark/kernel';
import { defineWindowMetric } from '../algebra/metric.js';
import { lastAnswers } from './window-measures.js';

/** Below this many answers the value carries a mark (Q29). */
const enoughAnswers = 30n;

/** Net promoter score from -100 to 100: promoters (9, 10) less detractors (0 to 6) of all last answers (Q29). */
export const npsMetric = defineWindowMetric({
  key: 'nps',
  label: 'Net Promoter Score',
  description: 'Promoters (9 and 10) less detractors (0 to 6) per 100 contacts that answered in the window, by the last answer of each.',
  formula: '({promoters} − {detractors}) / {answers} × 100',
  unit: 'points',
  direction: 'up',
  window: lastAnswers,
  combine: ({ answers, promoters, detractors }) => (answers === 0n ? none('no_data') : ratio((promoters - detractors) * 1_000_000n, answers)),
  beside: ({ answers, promoters, detractors }) => [
    { key: 'answers', label: 'Answers', unit: 'count', value: whole(answers) },
    { key: 'promoters', label: 'Promoters', unit: 'count', value: whole(promoters) },
    { key: 'detractors', label: 'Detractors', unit: 'count', value: whole(detractors) },
    ...interval(answers, promoters - detractors, promoters + detractors),
  ],
  marks: ({ answers }) => (answers > 0n && answers < enoughAnswers ? ['low_sample'] : []),
});

/** The 95 % interval around the score: 1.96 standard errors of a mean of +1, 0 and -1, inside of -100 to 100, in ten-thousandths. */
function interval(n: bigint, net: bigint, sharp: bigint) {
  if (n === 0n) return [];
  // 1,960,000 = 1.96 * 100 points * 10,000 steps; the variance is (sharp * n - net^2) / n^2, divided by n once more
  const margin = rootOf((1_960_000n * 1_960_000n * (sharp * n - net * net)) / (n * n * n));
  const score = (net * 1_000_000n) / n;
  const inside = (steps: bigint) => whole(steps > 1_000_000n ? 1_000_000n : steps < -1_000_000n ? -1_000_000n : steps);
  return [
    { key: 'interval_from', label: '95 % from', unit: 'points' as const, value: inside(score - margin) },
    { key: 'interval_to', label: '95 % to', unit: 'points' as const, value: inside(score + margin) },
  ];
}

/** The whole square root, rounded down. */
function rootOf(n: bigint): bigint {
  if (n < 2n) return n;
  let guess = 1n << BigInt((n.toString(2).length + 1) >> 1);
  for (;;) {
    const next = (guess + n / guess) / 2n;
    if (next >= guess) return guess;
    guess = next;
  }
}
