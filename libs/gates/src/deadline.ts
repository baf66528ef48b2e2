import { addDays, daysBetween, DomainError, startOfDay, workingDaysBetween, type Calendar, type Day } from '@waymark/kernel';
import { endOfWorkingDay } from '@waymark/goals';
import type { CalendarMode, Settle, StepDeadline } from './definition.js';

/** A period by its inclusive days and stamped zone. */
export interface GatePeriod {
  readonly startsOn: Day;
  readonly endsOn: Day;
  readonly timeZone: string;
}

/** When a gate is due and when it is judged. `deadlineAt` is exclusive: the first instant after `deadlineOn`. */
export interface GateInstants {
  readonly deadlineOn: Day;
  readonly deadlineAt: Date;
  readonly judgeAt: Date;
}

const hourMs = 3_600_000;

/**
 * The day of a gate: the first local day at whose end elapsed / total >= share, exact (Q61). The whole share is the end of the period, whatever kind
 * of day the last one is. Throws `invalid` when the period has no working days in working mode, or a date lies outside of it.
 */
export function deadlineDay(at: StepDeadline, mode: CalendarMode, period: GatePeriod, calendar: Calendar): Day {
  if ('date' in at) {
    if (at.date < period.startsOn || at.date > period.endsOn)
      throw new DomainError('invalid', `The deadline ${at.date} lies outside of the period ${period.startsOn} to ${period.endsOn}.`);
    return at.date;
  }
  const end = addDays(period.endsOn, 1);
  const elapsed = (until: Day) => (mode === 'working' ? workingDaysBetween(calendar, period.startsOn, until) : daysBetween(period.startsOn, until));
  const total = elapsed(end);
  if (total === 0) throw new DomainError('invalid', 'The period has no working days; choose calendar days.');
  if (at.sharePercent >= 100) return period.endsOn;
  const hundredths = Math.round(at.sharePercent * 100);
  const reached = (day: Day) => elapsed(addDays(day, 1)) * 10_000 >= hundredths * total;
  let day = period.startsOn;
  while (!reached(day)) day = addDays(day, 1);
  return day;
}

/** Day, deadline and instant of the verdict: deadline plus settle time (Q101). */
export function gateDeadline(step: { at: StepDeadline; settle: Settle }, mode: CalendarMode, period: GatePeriod, calendar: Calendar): GateInstants {
  const deadlineOn = deadlineDay(step.at, mode, period, calendar);
  const deadlineAt = startOfDay(addDays(deadlineOn, 1), period.timeZone);
  const judgeAt =
    'hours' in step.settle
      ? new Date(deadlineAt.getTime() + step.settle.hours * hourMs)
      : endOfWorkingDay(calendar, deadlineOn, step.settle.workingDays, period.timeZone);
  return { deadlineOn, deadlineAt, judgeAt };
}

/** Place of an instant in the period from 0 to 1, for drawing only. */
export function positionIn(startsAt: Date, endsAt: Date, at: Date): number {
  const share = (at.getTime() - startsAt.getTime()) / (endsAt.getTime() - startsAt.getTime());
  return Math.round(Math.min(1, Math.max(0, share)) * 10_000) / 10_000;
}
