import { type ConditionResult, gapOf, type GateStep, type Judgement, liveText, remediesOf } from '@waymark/gates';
import { displayValue, isNone, none, type NoneReason, type Ratio, type Unit, type Value } from '@waymark/kernel';
import type { MetricLookup } from '@waymark/metrics';

/** A step as it is stored with its gate: the step of the policy and what the policy says about all of them. */
export interface StoredStep extends GateStep {
  goalMetric: string;
  mode: 'working' | 'calendar';
}

/** A value as JSON: exact integers as text. */
export type StoredValue = { num: string; den: string } | { none: NoneReason };

/** A condition's finding as it is stored with a gate (live) or a verdict (evidence). */
export interface StoredResult {
  type: string;
  subject: string;
  sentence: string;
  unit: Unit;
  measured: StoredValue;
  needed: { num: string; den: string };
  holds: boolean | null;
  note: string | null;
  reading: string;
}

/** What a gate would find now. The two texts and the remedies are read by the guard's refusal (GATE-08). */
export interface StoredLive extends StoredResult {
  gap: { num: string; den: string } | null;
  text: string;
  measuredText: string;
  neededText: string;
  remedies: string[];
}

export function storeValue(value: Value): StoredValue {
  return isNone(value) ? { none: value.none } : storeRatio(value);
}

export function loadValue(value: StoredValue): Value {
  return 'none' in value ? none(value.none) : loadRatio(value);
}

export function storeRatio(value: Ratio): { num: string; den: string } {
  return { num: value.num.toString(), den: value.den.toString() };
}

export function loadRatio(value: { num: string; den: string }): Ratio {
  return { num: BigInt(value.num), den: BigInt(value.den) };
}

export function storeResult(type: string, result: ConditionResult): StoredResult {
  return {
    type,
    subject: result.subject,
    sentence: result.sentence,
    unit: result.unit,
    measured: storeValue(result.measured),
    needed: storeRatio(result.needed),
    holds: result.holds,
    note: result.note,
    reading: result.reading.key,
  };
}

/** The live state of a gate from its judgement. */
export function liveOf(step: StoredStep, judgement: Judgement, currency: string, metrics: MetricLookup): StoredLive {
  const { decisive } = judgement;
  const gap = gapOf(decisive);
  return {
    ...storeResult('', decisive),
    holds: judgement.outcome === 'not_evaluable' ? null : judgement.outcome === 'passed',
    gap: gap === null ? null : storeRatio(gap),
    text: liveText(decisive, currency),
    measuredText: displayValue(decisive.measured, decisive.unit, currency),
    neededText: displayValue(decisive.needed, decisive.unit, currency),
    remedies: remediesOf(step, step.goalMetric, metrics),
  };
}
