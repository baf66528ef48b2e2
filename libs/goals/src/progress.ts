import { compareRatios, isNone, ratio, roundHalfAway, whole, type Ratio, type Value } from '@waymark/kernel';

/** Where a goal of direction increase begins and what it must reach, in steps of its unit (GOAL-04). */
export interface GoalScale {
  readonly baseline: bigint;
  readonly target: bigint;
  /** Lies beyond the target, or null. */
  readonly stretch: bigint | null;
}

/** What is wrong with a scale, field by field. */
export interface ScaleProblem {
  field: 'target' | 'stretch' | 'baseline';
  code: string;
  message: string;
}

const hundredPercent = 10_000n;
const full = whole(1n);

/** The rules of an increase goal: a target above the baseline (Q14), a stretch above the target (Q16). Empty when all is well. */
export function scaleProblems(scale: GoalScale): ScaleProblem[] {
  const problems: ScaleProblem[] = [];
  if (scale.target < 0n) problems.push({ field: 'target', code: 'positive', message: 'target must be above 0' });
  else if (scale.target <= scale.baseline)
    problems.push({
      field: 'target',
      code: 'above_baseline',
      message: `target must be above the baseline${scale.baseline === 0n ? ', which is 0' : ''}`,
    });
  if (scale.stretch !== null && scale.stretch <= scale.target)
    problems.push({ field: 'stretch', code: 'above_target', message: 'stretch must be above the target' });
  return problems;
}

/** Share of the way from baseline to target, exact: negative below the baseline, above 1 beyond the target (Q15). No value, no share. */
export function progressOf(value: Value, scale: GoalScale): Value {
  if (isNone(value)) return value;
  return ratio(value.num - scale.baseline * value.den, value.den * (scale.target - scale.baseline));
}

/** A share in basis points for storing. Rounding never turns "not yet" into 100 %: what is below stays below. */
export function progressInBasisPoints(progress: Ratio): bigint {
  const rounded = roundHalfAway({ num: progress.num * hundredPercent, den: progress.den });
  return rounded === hundredPercent && compareRatios(progress, full) < 0 ? hundredPercent - 1n : rounded;
}

/** Percent from 0 to 100 for bars (Q15). */
export function shownProgress(basisPoints: bigint | null): number {
  if (basisPoints === null || basisPoints < 0n) return 0;
  return Number(basisPoints > hundredPercent ? hundredPercent : basisPoints) / 100;
}

/** Basis points as percent text: 6250 is "62.5", -50 is "-0.5". */
export function percentText(basisPoints: bigint): string {
  const size = (basisPoints < 0n ? -basisPoints : basisPoints).toString().padStart(3, '0');
  const fraction = size.slice(-2).replace(/0+$/, '');
  return `${basisPoints < 0n ? '-' : ''}${size.slice(0, -2)}${fraction ? `.${fraction}` : ''}`;
}

/** Pace: progress divided by expected progress, two places, half away from zero; null when nothing is expected yet (Q17). */
export function paceText(progressBp: bigint | null, expectedBp: bigint | null): string | null {
  if (progressBp === null || expectedBp === null || expectedBp === 0n) return null;
  const hundredths = roundHalfAway({ num: progressBp * 100n, den: expectedBp });
  const size = (hundredths < 0n ? -hundredths : hundredths).toString().padStart(3, '0');
  return `${hundredths < 0n ? '-' : ''}${size.slice(0, -2)}.${size.slice(-2)}`;
}
