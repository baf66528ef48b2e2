import { Injectable } from '@nestjs/common';
import { expectedShare, progressInBasisPoints, progressOf, statusOf } from '@waymark/goals';
import { dayOf, isNone, windowOf } from '@waymark/kernel';
import { combineParts, type Member, type Metric, type MetricFacts, type MetricLookup, type WindowMeasure } from '@waymark/metrics';
import { type ChangedMeasure, factsOf, type Feeds, MeasuresService } from '../metrics/measures.service.js';
import { RecomputeHooks } from '../metrics/recompute-hooks.js';
import { TenantMetrics } from '../metrics/tenant-metrics.js';
import { LivePublisher } from '../platform/live/live-publisher.js';
import { currentContext } from '../platform/request-context.js';
import { CalendarRepository, type OrganisationRules } from './calendar.repository.js';
import { type ComputedGoal, type GoalFacts, GoalsRepository } from './goals.repository.js';
import { touchedBy } from './touched.js';

/** Keeps the stored values of goals right: after measures changed, on demand, and each day, since pace moves with time (GOAL-06). */
@Injectable()
export class GoalRecalculation {
  constructor(
    hooks: RecomputeHooks,
    private readonly repository: GoalsRepository,
    private readonly calendars: CalendarRepository,
    private readonly measures: MeasuresService,
    private readonly tenant: TenantMetrics,
    private readonly live: LivePublisher,
  ) {
    hooks.register((changed) => this.afterMeasures(changed));
    hooks.registerForMetrics(async (keys) => void (await this.recalculate(await this.repository.lookingAt(keys))));
  }

  /** Recomputes these goals, or all whose period is not locked. The number of statements does not grow with the number of goals (MET-06). */
  async recalculate(ids: string[] | null): Promise<string[]> {
    const { now } = currentContext();
    const changed = await this.repository.store(await this.compute(await this.repository.facts(ids, now)), now);
    if (changed.length > 0) await this.live.publish({ type: 'goals', ids: changed });
    return changed;
  }

  /** The values of these goals of locked periods by what is known now; their own values stay as they were locked (MET-10). */
  async restated(ids: string[]): Promise<ComputedGoal[]> {
    return this.compute(await this.repository.facts(ids, currentContext().now, 'locked'));
  }

  private async compute(facts: GoalFacts[]): Promise<ComputedGoal[]> {
    if (facts.length === 0) return [];
    const { now } = currentContext();
    const { metrics } = await this.tenant.all();
    await this.addWindowParts(facts, metrics);
    const rules = await this.calendars.rules();
    const feeds = await this.measures.feeds(null);
    // Once per period: days and zones are dear, and goals are many.
    const periods = new Map<string, PeriodFacts>();
    return facts.map((goal) => {
      const key = `${goal.starts_on} ${goal.ends_on} ${goal.time_zone}`;
      const period = periods.get(key) ?? periodFacts(goal, dayOf(now, goal.time_zone), rules, feeds);
      periods.set(key, period);
      return computeGoal(goal, metrics.get(goal.metric) as Metric, period, rules);
    });
  }

  /** Adds the parts of window measures to the goals that look at one: a statement per measure and window, however many goals there are (MET-06). */
  private async addWindowParts(facts: readonly GoalFacts[], metrics: MetricLookup): Promise<void> {
    const groups = new Map<string, { measure: WindowMeasure; goals: GoalFacts[] }>();
    for (const goal of facts) {
      const measure = metrics.get(goal.metric)?.window;
      if (!measure) continue;
      const key = `${measure.key} ${goal.starts_on} ${goal.ends_on} ${goal.time_zone}`;
      const group = groups.get(key) ?? { measure, goals: [] };
      group.goals.push(goal);
      groups.set(key, group);
    }
    for (const { measure, goals } of groups.values()) {
      const { starts_on, ends_on, time_zone } = goals[0] as GoalFacts;
      const people = [...new Set(goals.flatMap((goal) => goal.owner_user_id ?? []))];
      const teams = [...new Set(goals.flatMap((goal) => goal.owner_team_id ?? []))];
      const members: Member[] = people.map((id) => ({ scope: id, ownerId: id, from: null, to: null }));
      members.push(...(await this.measures.teamMembers(teams, time_zone)));
      const parts = await this.measures.windowParts(measure, members, windowOf(starts_on, ends_on, time_zone), time_zone);
      for (const goal of goals)
        for (const [key, value] of parts.get((goal.owner_user_id ?? goal.owner_team_id) as string) ?? []) goal.sums[key] = value.toString();
    }
  }

  private async afterMeasures(changed: readonly ChangedMeasure[]): Promise<void> {
    if (changed.length === 0) return;
    const touched = touchedBy(changed, (await this.tenant.all()).metrics.values());
    const ids = touched.length === 0 ? [] : await this.repository.affectedBy(touched, 'open');
    if (ids.length > 0) await this.recalculate(ids);
  }
}

/** What all goals of a period share. */
interface PeriodFacts {
  today: string;
  expected: ReturnType<typeof expectedShare>;
  facts: MetricFacts;
}

function periodFacts({ starts_on, ends_on, time_zone }: GoalFacts, today: string, rules: OrganisationRules, feeds: Feeds): PeriodFacts {
  return {
    today,
    expected: expectedShare({ startsOn: starts_on, endsOn: ends_on }, rules.calendar, today),
    facts: { ...factsOf(feeds, windowOf(starts_on, ends_on, time_zone)), begun: today >= starts_on },
  };
}

function computeGoal(goal: GoalFacts, metric: Metric, { today, expected, facts }: PeriodFacts, rules: OrganisationRules): ComputedGoal {
  const value = combineParts(metric, new Map(Object.entries(goal.sums).map(([key, sum]) => [key, BigInt(sum)])), facts);
  const scale = { baseline: BigInt(goal.baseline), target: BigInt(goal.target), stretch: goal.stretch === null ? null : BigInt(goal.stretch) };
  const phase = today < goal.starts_on ? 'before' : today > goal.ends_on ? 'after' : 'during';
  const { status, reason } = statusOf({ value, scale, expected, phase, cancelled: false, thresholds: rules });
  const progress = progressOf(value, scale);
  return {
    id: goal.id,
    value_num: isNone(value) ? null : value.num.toString(),
    value_den: isNone(value) ? null : value.den.toString(),
    value_reason: isNone(value) ? value.none : null,
    progress_bp: isNone(progress) ? null : progressInBasisPoints(progress).toString(),
    expected_bp: progressInBasisPoints(expected).toString(),
    status,
    status_reason: reason,
  };
}
