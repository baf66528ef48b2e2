import type { Metric, MetricLookup } from '@waymark/metrics';
import { displayValue, isNone, type NoneReason, type Ratio, type Unit, type Value } from '@waymark/kernel';

/** A parameter of a condition type: the form, the API and the parser are built from it. Values are exact text. */
export interface ParamField {
  readonly key: string;
  readonly label: string;
  readonly kind: 'choice' | 'integer' | 'decimal';
  /** Null: no default; then the field is required unless it is optional. */
  readonly default: string | null;
  readonly optional?: boolean;
  readonly min?: string;
  readonly max?: string;
  /** Most places of a decimal. */
  readonly places?: number;
  readonly choices?: readonly { readonly value: string; readonly label: string }[];
  readonly help?: string;
  /** Its choices are the metrics that add up, of the organisation too. */
  readonly ofMetrics?: boolean;
}

export type Params = Readonly<Record<string, string | null>>;

/** Which open deals count by their expected close (Q64). */
export const expectedCloses = ['in_period_or_unknown', 'in_period', 'any'] as const;
export type ExpectedClose = (typeof expectedCloses)[number];

/**
 * A number that a condition needs about a person: a metric over the gate's window, or the value of open, qualified deals at its end under the
 * filters of Q64. `key` names it; equal readings have equal keys and are read once.
 */
export type Reading =
  | { readonly kind: 'metric'; readonly key: string; readonly metric: string }
  | { readonly kind: 'open_value'; readonly key: string; readonly expectedClose: ExpectedClose; readonly staleDays: number | null };

export function metricReading(metric: string): Reading {
  return { kind: 'metric', key: `metric:${metric}`, metric };
}

export function openValueReading(expectedClose: ExpectedClose, staleDays: number | null): Reading {
  return { kind: 'open_value', key: `open_value:${expectedClose}:${staleDays ?? '-'}`, expectedClose, staleDays };
}

/** The goal that the gate belongs to. */
export interface GateGoal {
  readonly metric: string;
  /** In steps of the metric's unit, as known at the deadline; null when there is none (Q78). */
  readonly target: bigint | null;
  /** ISO currency of money values. */
  readonly currency: string;
  /** The metrics of the organisation; the catalogue unless given. */
  readonly metrics?: MetricLookup;
}

/** The values of one person by reading key. A reading that is missing has no data. */
export type Readings = ReadonlyMap<string, Value>;

/** What one condition found. `holds` is null when nobody can know: not evaluable (Q31, Q78). */
export interface ConditionResult {
  readonly holds: boolean | null;
  readonly measured: Value;
  readonly needed: Ratio;
  readonly unit: Unit;
  /** Name of what was measured. */
  readonly subject: string;
  /** The requirement as one phrase, from the object that decided: "at least $300,000 of open qualified pipeline (3 x the target of $100,000)". */
  readonly sentence: string;
  /** Why it holds although the measured value alone would not do, or why there is no verdict. */
  readonly note: 'target_won' | 'no_target' | NoneReason | null;
  /** Reading that was measured: the rows behind it are the evidence. */
  readonly reading: Reading;
}

/**
 * A condition type as a value: one file with its parameters, what it reads, and a pure decision. `cure` says whether reaching the limit later ends
 * the measure (Q101): over the period so far, by the present level, or never.
 */
export interface GateType {
  readonly key: string;
  readonly label: string;
  readonly description: string;
  readonly fields: readonly ParamField[];
  readonly cure: 'period' | 'now' | 'none';
  reads(params: Params, goalMetric: string): Reading[];
  evaluate(params: Params, goal: GateGoal, readings: Readings): ConditionResult;
  /** The condition in words, without a person's figures, for policies. */
  describe(params: Params, goalMetric: string, currency: string, metrics?: MetricLookup): string;
  /** What a person can do to meet it, each as an order in words. Empty when nothing does any more. */
  remedies(params: Params, goalMetric: string, metrics?: MetricLookup): string[];
}

export function defineGateType(type: GateType): GateType {
  return Object.freeze(type);
}

/** The value of a reading; what was not read has no data. */
export function valueOf(readings: Readings, reading: Reading): Value {
  return readings.get(reading.key) ?? { none: 'no_data' };
}

/** Text for people, in the unit and currency of the gate. */
export function formatter(unit: Unit, currency: string): (value: Value) => string {
  return (value) => displayValue(value, unit, currency);
}

/** The note of a missing value. */
export function noteOf(value: Value): NoneReason | null {
  return isNone(value) ? value.none : null;
}

/** Whether a gate can ask for so much of it by a deadline: only what adds up over a window. */
export function addsUp(metric: Metric): boolean {
  return metric.additive && metric.tense === 'during';
}

/** The metrics that a condition may name, as choices of a form. */
export function choicesOf(metrics: Iterable<Metric>): { value: string; label: string }[] {
  return [...metrics].filter(addsUp).map(({ key, label }) => ({ value: key, label }));
}
