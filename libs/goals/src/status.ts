import {
  addDays,
  compareRatios,
  daysBetween,
  isNone,
  ratio,
  whole,
  workingDaysBetween,
  type Calendar,
  type Day,
  type GoalStatus,
  type NoneReason,
  type Ratio,
  type Value,
} from '@waymark/kernel';
import { progressOf, type GoalScale } from './progress.js';

/** The days of a period, both inclusive. */
export interface PeriodDays {
  readonly startsOn: Day;
  readonly endsOn: Day;
}

/** From which share of the expected progress a goal is on track or at risk, in percent (Q17). */
export interface StatusThresholds {
  readonly onTrackPercent: number;
  readonly atRiskPercent: number;
  /** Below this share of the period nobody is late (Q18). */
  readonly earlyPercent: number;
  /** From this progress a goal without a stretch value is exceeded. */
  readonly exceededPercent: number;
}

export const defaultThresholds: StatusThresholds = { onTrackPercent: 90, atRiskPercent: 75, earlyPercent: 10, exceededPercent: 110 };

/** Why a goal has the status it has; a reason without a number is passed on as it is. */
export type StatusReason = 'pace' | 'too_early' | 'reached' | 'stretch_reached' | 'missed' | 'cancelled' | 'not_started' | NoneReason;

export interface StatusFacts {
  readonly value: Value;
  readonly scale: GoalScale;
  readonly expected: Ratio;
  /** Whether the period has begun, runs, or is over. */
  readonly phase: 'before' | 'during' | 'after';
  readonly cancelled: boolean;
  readonly thresholds: StatusThresholds;
}

const nothing: Ratio = { num: 0n, den: 1n };

/**
 * Expected share of the way on the morning of `today`: working days that have passed over those of the period, exact, 0 to 1 (GOAL-05). Today does
 * not count before it is over. A period without working days runs by calendar days.
 */
export function expectedShare(period: PeriodDays, calendar: Calendar, today: Day): Ratio {
  const end = addDays(period.endsOn, 1);
  const until = today < period.startsOn ? period.startsOn : today > end ? end : today;
  const total = workingDaysBetween(calendar, period.startsOn, end);
  const share =
    total > 0
      ? ratio(BigInt(workingDaysBetween(calendar, period.startsOn, until)), BigInt(total))
      : ratio(BigInt(daysBetween(period.startsOn, until)), BigInt(daysBetween(period.startsOn, end)));
  return isNone(share) ? nothing : share;
}

/** Status and why. Reached is said at once, provisionally; early in the period nobody is late (Q18); no value, no status (Q31). */
export function statusOf(facts: StatusFacts): { status: GoalStatus | null; reason: StatusReason } {
  const { value, scale, expected, phase, thresholds } = facts;
  if (facts.cancelled) return { status: null, reason: 'cancelled' };
  if (phase === 'before') return { status: null, reason: 'not_started' };
  const progress = progressOf(value, scale);
  if (isNone(value) || isNone(progress)) return { status: null, reason: isNone(value) ? value.none : 'no_base' };
  if (scale.stretch !== null && compareRatios(value, whole(scale.stretch)) >= 0) return { status: 'exceeded', reason: 'stretch_reached' };
  if (scale.stretch === null && compareRatios(progress, percent(thresholds.exceededPercent)) >= 0)
    return { status: 'exceeded', reason: 'stretch_reached' };
  if (compareRatios(progress, whole(1n)) >= 0) return { status: 'achieved', reason: 'reached' };
  if (phase === 'after') return { status: 'behind', reason: 'missed' };
  if (compareRatios(expected, percent(thresholds.earlyPercent)) < 0) return { status: 'on_track', reason: 'too_early' };
  if (holdsPace(progress, expected, thresholds.onTrackPercent)) return { status: 'on_track', reason: 'pace' };
  return { status: holdsPace(progress, expected, thresholds.atRiskPercent) ? 'at_risk' : 'behind', reason: 'pace' };
}

const words: Record<GoalStatus, string> = { on_track: 'On track', at_risk: 'At risk', behind: 'Behind', achieved: 'Reached', exceeded: 'Exceeded' };

const reasons: Record<StatusReason, string> = {
  pace: '',
  too_early: 'On track: it is too early to say more',
  reached: 'Reached',
  stretch_reached: 'Exceeded',
  missed: 'The period ended below the target',
  cancelled: 'Cancelled',
  not_started: 'The period has not begun',
  no_base: 'No number: there is nothing to divide by',
  no_data: 'No number: nothing has been recorded for this metric',
  not_yet: 'No number yet',
  no_rate: 'No number: a sale is in a currency without an exchange rate',
  no_feed: 'No number: no sales are fed in',
};

/** The status as one sentence; the browser renders it and decides nothing. */
export function statusText(status: GoalStatus | null, reason: StatusReason | null): string | null {
  if (reason === null) return null;
  return reason === 'pace' && status !== null ? words[status] : reasons[reason];
}

const percent = (whole: number): Ratio => ({ num: BigInt(whole), den: 100n });

/** progress / expected >= percent / 100, cross-multiplied. */
function holdsPace(progress: Ratio, expected: Ratio, percent: number): boolean {
  return compareRatios({ num: progress.num * 100n, den: progress.den }, { num: expected.num * BigInt(percent), den: expected.den }) >= 0;
}
