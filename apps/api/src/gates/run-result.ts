import type { GateRunResult, GateRunStep } from '@waymark/contracts';
import { displayValue, type Ratio, type Unit, type Value, type VerdictOutcome } from '@waymark/kernel';

/** What one step found about one person; `userId` is null for a step that binds nobody. */
export interface StepOutcome {
  order: number;
  name: string;
  deadlineOn: string;
  userId: string | null;
  userName: string;
  waived: boolean;
  outcome: VerdictOutcome | null;
  result: { measured: Value; needed: Ratio; unit: Unit } | null;
}

/** Counts outcomes per step and names the people who missed it. */
export function summarise(
  outcomes: readonly StepOutcome[],
  restrictions: Record<string, number>,
  stopped: string | null,
  currency: string,
): GateRunResult {
  const steps = new Map<number, GateRunStep>();
  for (const one of outcomes) {
    const step = steps.get(one.order) ?? {
      order: one.order,
      name: one.name,
      deadlineOn: one.deadlineOn,
      judged: 0,
      passed: 0,
      failed: 0,
      notEvaluable: 0,
      waived: 0,
      failedPeople: [],
    };
    steps.set(one.order, step);
    if (one.userId === null) continue;
    if (one.waived) step.waived += 1;
    if (one.outcome === null) continue;
    step.judged += 1;
    if (one.outcome === 'passed') step.passed += 1;
    else if (one.outcome === 'not_evaluable') step.notEvaluable += 1;
    else {
      step.failed += 1;
      const shown = (value: Value | undefined) => (value && one.result ? displayValue(value, one.result.unit, currency) : '–');
      step.failedPeople.push({ userId: one.userId, name: one.userName, measured: shown(one.result?.measured), needed: shown(one.result?.needed) });
    }
  }
  const people = new Set(outcomes.flatMap((one) => (one.userId === null ? [] : [one.userId])));
  return { people: people.size, steps: [...steps.values()].sort((a, b) => a.order - b.order), restrictions, stopped };
}
