import { Injectable } from '@nestjs/common';
import type { GateRunResult } from '@waymark/contracts';
import {
  consequencesOf,
  exemptionOf,
  type GateDays,
  gateDeadline,
  judge,
  readingsOf,
  type GateStep,
  type Judgement,
  type PolicyDefinition,
  type Readings,
} from '@waymark/gates';
import { Calendars } from '../goals/calendar.service.js';
import { TenantMetrics } from '../metrics/tenant-metrics.js';
import { currentContext } from '../platform/request-context.js';
import { GateFacts } from './gate-facts.service.js';
import { goalOf } from './gate-live.service.js';
import { stepsIn } from './gate-making.service.js';
import { GateRunsRepository, type PreviewGoal } from './gate-runs.repository.js';
import { type StepOutcome, summarise } from './run-result.js';

type PreviewPeriod = NonNullable<Awaited<ReturnType<GateRunsRepository['period']>>>;

/** Judges a period by any version of a policy, without gates, verdicts or effects (Q99): the same rules and the same facts as enforcement. */
@Injectable()
export class Preview {
  constructor(
    private readonly repository: GateRunsRepository,
    private readonly facts: GateFacts,
    private readonly tenant: TenantMetrics,
    private readonly calendars: Calendars,
  ) {}

  async judge(definition: PolicyDefinition, period: PreviewPeriod): Promise<GateRunResult> {
    const goals = await this.repository.previewGoals(period.id, definition.goalMetric);
    const outcomes: StepOutcome[] = [];
    const restrictions: Record<string, number> = {};
    const { calendar } = await this.calendars.rules();
    const dates = { startsOn: period.starts_on, endsOn: period.ends_on, timeZone: period.time_zone };
    for (const { step, order } of stepsIn(definition, period)) {
      const { deadlineOn, deadlineAt, judgeAt } = gateDeadline(step, definition.mode, dates, calendar);
      const exempt = (goal: PreviewGoal) => isExempt(goal, { startsOn: period.starts_on, deadlineOn, calendar }, judgeAt, definition.minDaysInRole);
      const judged =
        judgeAt <= currentContext().now
          ? await this.judgeStep(
              step,
              definition,
              period,
              goals.filter((goal) => !exempt(goal)),
              deadlineAt,
              judgeAt,
            )
          : null;
      for (const goal of goals) {
        const judgement = judged?.get(goal.goal_id) ?? null;
        outcomes.push({
          order,
          name: step.name,
          deadlineOn,
          userId: goal.user_id,
          userName: goal.user_name,
          waived: judged !== null && exempt(goal),
          outcome: judgement?.outcome ?? null,
          result: judgement?.decisive ?? null,
        });
        for (const { kind } of judgement
          ? consequencesOf(step, { outcome: judgement.outcome, cured: false, judgedAt: judgeAt, periodEndsAt: period.ends_at })
          : [])
          restrictions[kind] = (restrictions[kind] ?? 0) + 1;
      }
      if (goals.length === 0)
        outcomes.push({ order, name: step.name, deadlineOn, userId: null, userName: '', waived: false, outcome: null, result: null });
    }
    return summarise(outcomes, restrictions, null, currentContext().currency);
  }

  private async judgeStep(
    step: GateStep,
    definition: PolicyDefinition,
    period: PreviewPeriod,
    goals: readonly PreviewGoal[],
    until: Date,
    knownAt: Date,
  ): Promise<Map<string, Judgement>> {
    if (goals.length === 0) return new Map();
    const window = { from: period.starts_at, until, knownAt, startsOn: period.starts_on, endsOn: period.ends_on };
    const readings = await this.facts.asKnown(readingsOf(step, definition.goalMetric), [...new Set(goals.map((goal) => goal.user_id))], window);
    const { currency } = currentContext();
    const { metrics } = await this.tenant.all();
    const judgementOf = (goal: PreviewGoal) =>
      judge(step, goalOf({ goal_metric: definition.goalMetric, target: goal.target }, currency, metrics), readings.get(goal.user_id) as Readings);
    return new Map(goals.map((goal) => [goal.goal_id, judgementOf(goal)]));
  }
}

function isExempt(goal: PreviewGoal, days: GateDays, judgeAt: Date, minDays: number): boolean {
  const memberSince = goal.memberships.find((day) => day <= days.deadlineOn) ?? null;
  const absences = goal.absences.filter(({ knownAt, knownTo }) => new Date(knownAt) <= judgeAt && (knownTo === null || new Date(knownTo) > judgeAt));
  return exemptionOf({ serviceAccount: goal.service_account, memberSince, absences }, days, minDays) !== null;
}
