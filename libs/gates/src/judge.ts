import { compareRatios, isNone, ratio, type Ratio, type Value, type VerdictOutcome } from '@waymark/kernel';
import type { MetricLookup } from '@waymark/metrics';
import type { GateStep } from './definition.js';
import type { ConditionResult, GateGoal, Reading, Readings } from './gate-type.js';
import { gateType } from './registry.js';

/** What a gate found: the outcome, every condition, and the one that decided (for a single figure on a page). */
export interface Judgement {
  readonly outcome: VerdictOutcome;
  readonly conditions: readonly ConditionResult[];
  readonly decisive: ConditionResult;
}

type Rules = Pick<GateStep, 'join' | 'conditions'>;

/** Everything that a step needs to know about a person, each once. */
export function readingsOf(step: Rules, goalMetric: string): Reading[] {
  const readings = step.conditions.flatMap((condition) => gateType(condition.type).reads(condition.params, goalMetric));
  return [...new Map(readings.map((reading) => [reading.key, reading])).values()];
}

/**
 * The verdict on a step from facts: pure, so that a repeated or late run says the same (GATE-06). With "any" one condition is enough, with "all"
 * each is needed; what is unknown decides nothing, and when it could tip the balance the gate is not evaluable (Q31).
 */
export function judge(step: Rules, goal: GateGoal, readings: Readings): Judgement {
  const conditions = step.conditions.map((condition) => gateType(condition.type).evaluate(condition.params, goal, readings));
  const wins = step.join === 'any';
  const settled = conditions.some((condition) => condition.holds === wins);
  const unknown = conditions.some((condition) => condition.holds === null);
  const holds = settled ? wins : unknown ? null : !wins;
  return { outcome: holds === null ? 'not_evaluable' : holds ? 'passed' : 'failed', conditions, decisive: decisiveOf(conditions, holds, wins) };
}

/** Whether a missed step ends by itself when it is met later: only when each of its conditions can be (Q101). */
export function canBeCured(step: Rules): boolean {
  return step.conditions.every((condition) => gateType(condition.type).cure !== 'none');
}

/** What a person can do about a missed step, in words; nothing when it does not end by itself. */
export function remediesOf(step: Rules, goalMetric: string, metrics?: MetricLookup): string[] {
  if (!canBeCured(step)) return [];
  return [...new Set(step.conditions.flatMap((condition) => gateType(condition.type).remedies(condition.params, goalMetric, metrics)))];
}

/** What is missing to the needed value; null when nothing is, or nothing is known. */
export function gapOf(result: Pick<ConditionResult, 'holds' | 'measured' | 'needed'>): Ratio | null {
  if (result.holds !== false || isNone(result.measured)) return null;
  const { measured, needed } = result;
  return { num: needed.num * measured.den - measured.num * needed.den, den: needed.den * measured.den };
}

/** "Any" shows its best condition, "all" its worst, among those that agree with the outcome (Q62). */
function decisiveOf(conditions: readonly ConditionResult[], holds: boolean | null, best: boolean): ConditionResult {
  const agreeing = conditions.filter((condition) => condition.holds === holds);
  const [first, ...others] = agreeing.length > 0 ? agreeing : conditions;
  if (!first) throw new Error('a step has at least one condition');
  return others.reduce((chosen, other) => {
    const order = compareShares(shareOf(other), shareOf(chosen));
    return (best ? order > 0 : order < 0) ? other : chosen;
  }, first);
}

/** How far along a condition is; something to reach 0 is reached. */
function shareOf(result: ConditionResult): Value {
  if (isNone(result.measured)) return result.measured;
  return ratio(result.measured.num * result.needed.den, result.measured.den * result.needed.num);
}

function compareShares(a: Value, b: Value): number {
  if (isNone(a) || isNone(b)) return isNone(a) && isNone(b) ? 0 : isNone(a) ? -1 : 1;
  return compareRatios(a, b);
}
