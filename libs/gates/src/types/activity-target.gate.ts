import { atLeast, displayValue, isNone, parseDecimal, unitDecimals, type Ratio } from '@waymark/kernel';
import { type Metric, type MetricLookup, metrics } from '@waymark/metrics';
import { choicesOf, defineGateType, formatter, metricReading, noteOf, valueOf, type Params } from '../gate-type.js';

/** Gate 1 of the seed: a share of the gate's own target in calls, leads, deals or any other metric that adds up (Q62, GATE-03). */
export const activityTargetGate = defineGateType({
  key: 'activity_target',
  label: 'Own target of a metric',
  description: 'What was done since the period began reaches a share of the target of this gate, not of the goal.',
  cure: 'period',
  fields: [
    {
      key: 'metric',
      label: 'Metric',
      kind: 'choice',
      default: 'deals_created',
      choices: choicesOf(metrics.values()),
      ofMetrics: true,
    },
    {
      key: 'target',
      label: "The gate's target",
      kind: 'decimal',
      default: null,
      min: '0',
      max: '1000000000',
      places: 2,
      help: 'By the deadline, per person',
    },
    { key: 'percent', label: 'Passes from, in per cent of it', kind: 'integer', default: '80', min: '1', max: '1000' },
  ],
  reads: (params) => [metricReading(params['metric'] ?? '')],
  evaluate: (params, goal, readings) => {
    const metric = metricOf(params, goal.metrics);
    const reading = metricReading(metric.key);
    const measured = valueOf(readings, reading);
    const threshold = atLeast(neededOf(params, metric));
    const format = formatter(metric.unit, goal.currency);
    return {
      holds: isNone(measured) ? null : threshold.holds(measured),
      measured,
      needed: threshold.needed,
      unit: metric.unit,
      subject: metric.label,
      sentence: `${metric.label}: ${threshold.sentence(format)} (${params['percent']} % of ${format(targetOf(params, metric))})`,
      note: noteOf(measured),
      reading,
    };
  },
  remedies: (params, _goalMetric, known) => [`Catch up on ${metricOf(params, known).label.toLowerCase()} before the period ends`],
  describe: (params, _goalMetric, currency, known) => {
    const metric = metricOf(params, known);
    return `${metric.label.toLowerCase()} at least ${params['percent']} % of ${displayValue(targetOf(params, metric), metric.unit, currency)}`;
  },
});

function metricOf(params: Params, known: MetricLookup = metrics): Metric {
  const metric = known.get(params['metric'] ?? '');
  if (!metric) throw new Error('a stored policy names a metric that does not exist');
  return metric;
}

/** The gate's target in steps of the metric's unit, exact: it is written with up to two places whatever the unit. */
function targetOf(params: Params, metric: Metric): Ratio {
  return { num: parseDecimal(params['target'] ?? '', 2) * 10n ** BigInt(unitDecimals[metric.unit]), den: 100n };
}

function neededOf(params: Params, metric: Metric): Ratio {
  const target = targetOf(params, metric);
  return { num: target.num * BigInt(params['percent'] ?? '0'), den: target.den * 100n };
}
