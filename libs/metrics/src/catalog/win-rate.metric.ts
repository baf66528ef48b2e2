import { ratio } from '@waymark/kernel';
import { defineMetric } from '../algebra/metric.js';
import { dealsLost, dealsWon } from './measures.js';

/** Won of all that were decided in the window, in percent with four stored places. */
export const winRateMetric = defineMetric({
  key: 'win_rate',
  label: 'Win rate',
  description: 'Share of the deals decided in the window that were won.',
  formula: '{won} / ({won} + {lost}) × 100',
  unit: 'percent',
  direction: 'up',
  additive: false,
  tense: 'during',
  level: 'both',
  measures: { won: dealsWon, lost: dealsLost },
  combine: ({ won, lost }) => ratio(won * 1_000_000n, won + lost),
});
