import { atLeast, compareRatios, isNone, parseDecimal, toDecimal, whole, type Ratio, type Value } from '@waymark/kernel';
import {
  defineGateType,
  expectedCloses,
  formatter,
  metricReading,
  openValueReading,
  valueOf,
  type ExpectedClose,
  type GateGoal,
  type Params,
  type Reading,
} from '../gate-type.js';

const nothing: Ratio = { num: 0n, den: 1n };

/**
 * Gate 2 of the seed: open, qualified deals worth a multiple of the target, or of what remains of it (Q63, Q64). Whoever has won the target already
 * passes (Q66). The cure is the present level, so qualifying deals one already has is enough (Q65).
 */
export const pipelineCoverageGate = defineGateType({
  key: 'pipeline_coverage',
  label: 'Pipeline coverage',
  description: 'Open, qualified deals are worth a multiple of the target. Whoever has won the target already passes.',
  cure: 'now',
  fields: [
    { key: 'factor', label: 'Times the target', kind: 'decimal', default: '3', min: '0.01', max: '100', places: 2 },
    {
      key: 'of',
      label: 'Of which target',
      kind: 'choice',
      default: 'target',
      choices: [
        { value: 'target', label: 'The whole target of the period' },
        { value: 'remaining', label: 'What remains to win' },
      ],
    },
    {
      key: 'expectedClose',
      label: 'Deals by expected close',
      kind: 'choice',
      default: 'in_period_or_unknown',
      choices: [
        { value: 'in_period_or_unknown', label: 'In the period, or not known' },
        { value: 'in_period', label: 'In the period' },
        { value: 'any', label: 'Any' },
      ],
    },
    { key: 'staleDays', label: 'Leave out deals unchanged for so many days', kind: 'integer', default: null, optional: true, min: '1', max: '3650' },
  ],
  reads: (params, goalMetric) => [readingOf(params), metricReading(goalMetric)],
  evaluate: (params, goal, readings) => {
    const reading = readingOf(params);
    const measured = valueOf(readings, reading);
    const won = valueOf(readings, metricReading(goal.metric));
    const threshold = atLeast(neededOf(params, goal, won));
    const format = formatter('money', goal.currency);
    const alreadyWon = goal.target !== null && !isNone(won) && compareRatios(won, whole(goal.target)) >= 0;
    const known = goal.target !== null && !isNone(measured) && (params['of'] !== 'remaining' || !isNone(won));
    return {
      holds: alreadyWon ? true : known ? threshold.holds(measured as Ratio) : null,
      measured,
      needed: threshold.needed,
      unit: 'money',
      subject: 'Open qualified pipeline',
      sentence: `Open qualified pipeline: ${threshold.sentence(format)} (${multiple(params, goal, format)})`,
      note:
        alreadyWon && !(known && threshold.holds(measured as Ratio))
          ? 'target_won'
          : goal.target === null
            ? 'no_target'
            : isNone(measured)
              ? measured.none
              : null,
      reading,
    };
  },
  remedies: () => ['Qualify open deals that you already have', 'Win deals until the target is reached'],
  describe: (params) => `open qualified pipeline at least ${plain(params['factor'])} x ${ofWhat(params)}, or target already won`,
});

function readingOf(params: Params): Reading {
  const close = expectedCloses.find((word) => word === params['expectedClose']) as ExpectedClose;
  return openValueReading(close, params['staleDays'] ? Number(params['staleDays']) : null);
}

/** Factor times the target, or times what remains of it; nothing remains when more was won. */
function neededOf(params: Params, goal: GateGoal, won: Value): Ratio {
  if (goal.target === null) return nothing;
  const hundredths = parseDecimal(params['factor'] ?? '', 2);
  if (params['of'] !== 'remaining' || isNone(won)) return { num: hundredths * goal.target, den: 100n };
  const remaining = goal.target * won.den - won.num;
  return remaining <= 0n ? nothing : { num: hundredths * remaining, den: 100n * won.den };
}

function multiple(params: Params, goal: GateGoal, format: (value: Value) => string): string {
  if (goal.target === null) return 'there is no target';
  return `${plain(params['factor'])} x ${params['of'] === 'remaining' ? 'what remains of ' : ''}the ${format(whole(goal.target))} target`;
}

function ofWhat(params: Params): string {
  return params['of'] === 'remaining' ? 'what remains of the target' : 'the target';
}

/** "3.00" reads "3". */
function plain(factor: string | null | undefined): string {
  const text = toDecimal(whole(parseDecimal(factor ?? '', 2)), 2);
  return text.replace(/\.?0+$/, '');
}
