import type { Day, RestrictionKind } from '@waymark/kernel';

/** Deadline of a step: the end of the day on which a share of the period is reached, or the end of a given day (GATE-02). */
export type StepDeadline = { sharePercent: number } | { date: Day };

/** Time for late facts between deadline and verdict (Q101). */
export type Settle = { hours: number } | { workingDays: number };

/** Whether shares of the period are shares of its working days or of all days (Q61). */
export const calendarModes = ['working', 'calendar'] as const;
export type CalendarMode = (typeof calendarModes)[number];

export const joins = ['any', 'all'] as const;
export type Join = (typeof joins)[number];

/** A condition: the key of its type and a value for each of the type's fields, as exact text; null where an optional one is empty. */
export interface Condition {
  readonly type: string;
  readonly params: Readonly<Record<string, string | null>>;
}

export interface GateStep {
  readonly name: string;
  readonly at: StepDeadline;
  readonly settle: Settle;
  readonly join: Join;
  readonly conditions: readonly Condition[];
  /** What follows when the gate is missed. Warnings and blocks act by themselves; holds and locks are proposed (Q103). */
  readonly consequences: readonly RestrictionKind[];
  /** Days between the verdict and the start of the measure; a cure in them ends it before it began (Q71). */
  readonly graceDays: number;
}

/** What a policy version says. It is stored with every default written out, so that a later default changes nothing. */
export interface PolicyDefinition {
  /** Individual goals of this metric get the gates. */
  readonly goalMetric: string;
  readonly mode: CalendarMode;
  /** People with fewer days in their team at the deadline are exempt (Q76). */
  readonly minDaysInRole: number;
  /** A run that would restrict more than this share of the bound people stops and asks (Q102). */
  readonly acceptedPercent: number;
  readonly steps: readonly GateStep[];
}

/** Whether missing the step withholds something, now or after a decision; a warning withholds nothing. */
export function isBlocking(step: Pick<GateStep, 'consequences'>): boolean {
  return step.consequences.some((kind) => kind !== 'warning');
}

/** Whether the policy must be tried on a past period before it is published (Q99). */
export function needsPreview(definition: PolicyDefinition): boolean {
  return definition.steps.some(isBlocking);
}
