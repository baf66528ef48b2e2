import { atLeast, isNone, whole, type Ratio, type Unit } from '@waymark/kernel';
import { metrics } from '@waymark/metrics';
import { defineGateType, formatter, metricReading, noteOf, valueOf } from '../gate-type.js';

/** Gate 3 of the seed: the goal itself, or a share of its target. A period that is over cannot be cured, so nothing ends by itself (Q101). */
export const targetReachedGate = defineGateType({
  key: 'target_reached',
  label: 'Target of the goal',
  description: 'The value of the goal reaches its target, or a share of it.',
  cure: 'none',
  fields: [{ key: 'percent', label: 'Per cent of the target', kind: 'integer', default: '100', min: '1', max: '1000' }],
  reads: (_params, goalMetric) => [metricReading(goalMetric)],
  evaluate: (params, goal, readings) => {
    const reading = metricReading(goal.metric);
    const measured = valueOf(readings, reading);
    const percent = BigInt(params['percent'] ?? '100');
    const needed: Ratio = { num: (goal.target ?? 0n) * percent, den: 100n };
    const threshold = atLeast(needed);
    const metric = (goal.metrics ?? metrics).get(goal.metric);
    const unit: Unit = metric?.unit ?? 'count';
    const subject = metric?.label ?? goal.metric;
    const format = formatter(unit, goal.currency);
    const share = percent === 100n ? 'the target' : `${percent} % of the ${format(whole(goal.target ?? 0n))} target`;
    return {
      holds: goal.target === null || isNone(measured) ? null : threshold.holds(measured),
      measured,
      needed,
      unit,
      subject,
      sentence: `${subject}: ${threshold.sentence(format)} (${goal.target === null ? 'there is no target' : share})`,
      note: goal.target === null ? 'no_target' : noteOf(measured),
      reading,
    };
  },
  remedies: () => [],
  describe: (params, goalMetric, _currency, known) =>
    `${((known ?? metrics).get(goalMetric)?.label ?? goalMetric).toLowerCase()} at least ${params['percent']} % of the target`,
});
