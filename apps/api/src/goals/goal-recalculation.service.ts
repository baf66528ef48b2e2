import { Injectable } from '@nestjs/common';
import { expectedShare, progressInBasisPoints, progressOf, statusOf } from '@waymark/goals';
import { dayOf, isNone, windowOf } from '@waymark/kernel';
import { combineParts, type MetricFacts } from '@waymark/metrics';
import { type ChangedMeasure, factsOf, type Feeds, MeasuresService } from '../metrics/measures.service.js';
import { RecomputeHooks } from '../metrics/recompute-hooks.js';
import { LivePublisher } from '../platform/live/live-publisher.js';
import { currentContext } from '../platform/request-context.js';
import { CalendarRepository, type OrganisationRules } from './calendar.repository.js';
import { type ComputedGoal, GoalFactsRepository, type GoalGroup } from './goal-facts.repository.js';
import { type GoalFacts, GoalSums } from './goal-sums.service.js';
import { GoalsRepository } from './goals.repository.js';
import { ReachedGoalsService } from './reached-goals.service.js';

/** Keeps the stored values of goals right: after measures changed, on demand, and each day, since pace moves with time (GOAL-06). */
@Injectable()
export class GoalRecalculation {
  constructor(
    hooks: RecomputeHooks,
    private readonly repository: GoalsRepository,
    private readonly facts: GoalFactsRepository,
    private readonly sums: GoalSums,
    private readonly calendars: CalendarRepository,
    private readonly measures: MeasuresService,
    private readonly reached: ReachedGoalsService,
    private readonly live: LivePublisher,
  ) {
    hooks.register((changed) => this.afterMeasures(changed));
    hooks.registerForMetrics(async (keys) => void (await this.recalculate(await this.repository.lookingAt(keys))));
  }

  /** Recomputes these goals, or all whose period is not locked. The number of statements does not grow with the number of goals (MET-06). */
  async recalculate(ids: string[] | null): Promise<string[]> {
    const { now } = currentContext();
    const changed = await this.facts.store(await this.compute(await this.sums.facts(ids)), now);
    if (changed.length > 0) await this.live.publish({ type: 'goals', ids: changed });
    return changed;
  }

  /** The values of these goals of locked periods by what is known now; their own values stay as they were locked (MET-10). */
  async restated(ids: string[]): Promise<ComputedGoal[]> {
    return this.compute(await this.sums.facts(ids, 'locked'));
  }

  private async compute(goals: GoalFacts[]): Promise<ComputedGoal[]> {
    if (goals.length === 0) return [];
    const { now } = currentContext();
    const rules = await this.calendars.rules();
    const feeds = await this.measures.feeds(null);
    // Once per group: days and zones are dear, and goals are many.
    const periods = new Map<GoalGroup, PeriodFacts>();
    return goals.map((goal) => {
      const period = periods.get(goal.group) ?? periodFacts(goal.group, dayOf(now, goal.group.time_zone), rules, feeds);
      periods.set(goal.group, period);
      return computeGoal(goal, period, rules);
    });
  }

  private async afterMeasures(changed: readonly ChangedMeasure[]): Promise<void> {
    const { open } = await this.reached.by(changed);
    if (open.length > 0) await this.recalculate(open);
  }
}

/** What all goals of a group share. */
interface PeriodFacts {
  phase: 'before' | 'during' | 'after';
  expected: ReturnType<typeof expectedShare>;
  expectedBp: string;
  facts: MetricFacts;
}

function periodFacts({ starts_on, ends_on, time_zone }: GoalGroup, today: string, rules: OrganisationRules, feeds: Feeds): PeriodFacts {
  const expected = expectedShare({ startsOn: starts_on, endsOn: ends_on }, rules.calendar, today);
  return {
    phase: today < starts_on ? 'before' : today > ends_on ? 'after' : 'during',
    expected,
    expectedBp: progressInBasisPoints(expected).toString(),
    facts: { ...factsOf(feeds, windowOf(starts_on, ends_on, time_zone)), begun: today >= starts_on },
  };
}

function computeGoal(goal: GoalFacts, { phase, expected, expectedBp, facts }: PeriodFacts, rules: OrganisationRules): ComputedGoal {
  const value = combineParts(goal.metric, goal.sums, facts);
  const scale = { baseline: BigInt(goal.baseline), target: BigInt(goal.target), stretch: goal.stretch === null ? null : BigInt(goal.stretch) };
  const { status, reason } = statusOf({ value, scale, expected, phase, cancelled: false, thresholds: rules });
  const progress = progressOf(value, scale);
  return {
    id: goal.id,
    value_num: isNone(value) ? null : value.num.toString(),
    value_den: isNone(value) ? null : value.den.toString(),
    value_reason: isNone(value) ? value.none : null,
    progress_bp: isNone(progress) ? null : progressInBasisPoints(progress).toString(),
    expected_bp: expectedBp,
    status,
    status_reason: reason,
  };
}
