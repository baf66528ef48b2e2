import { Injectable } from '@nestjs/common';
import { addDays, type Day, dayOf, windowOf } from '@waymark/kernel';
import { type Measure, type Member, type Metric, type WindowMeasure } from '@waymark/metrics';
import { MeasuresService } from '../metrics/measures.service.js';
import { TenantMetrics } from '../metrics/tenant-metrics.js';
import { currentContext } from '../platform/request-context.js';
import { type AskedRange, type DayRange, DayRanges, sumOf, united } from './day-ranges.js';
import { GoalFactsRepository, type GoalGroup, type GroupedGoal, type Membership } from './goal-facts.repository.js';

/** A goal with the sums of its metric's measures (of a window measure: its parts), by key. */
export interface GoalFacts extends GroupedGoal {
  metric: Metric;
  group: GoalGroup;
  sums: Map<string, bigint>;
}

/** The numbers behind goals: stored days, or facts where a metric is read over a window. */
@Injectable()
export class GoalSums {
  constructor(
    private readonly repository: GoalFactsRepository,
    private readonly measures: MeasuresService,
    private readonly tenant: TenantMetrics,
  ) {}

  /**
   * The facts of goals whose period is open (not locked), or of those in locked ones: all, or those with these ids. Statements: one for the goals, one for the
   * members of teams, one for all stored days, and those of window measures; none that nothing asks for, and never one a goal (MET-06).
   */
  async facts(ids: readonly string[] | null, periods: 'open' | 'locked' = 'open'): Promise<GoalFacts[]> {
    const groups = await this.repository.goals(ids, periods);
    const { metrics } = await this.tenant.all();
    const facts = groups.flatMap((group) => {
      const metric = metrics.get(group.metric) as Metric;
      return group.goals.map((goal): GoalFacts => Object.assign(goal, { metric, group, sums: new Map() }));
    });
    await this.addStoredDays(facts);
    await this.addWindowParts(facts);
    return facts;
  }

  /** Adds the sums over stored days. Of a team's goal the days of its members count while they belong, of standing measures those of who belongs at the end. */
  private async addStoredDays(facts: readonly GoalFacts[]): Promise<void> {
    const stored = facts.filter(({ metric }) => !metric.window);
    const teams = new Set(stored.flatMap(({ ownerTeamId }) => ownerTeamId ?? []));
    const members = Map.groupBy(await this.repository.members([...teams]), (member) => member.team_id);
    const ends = new Map([...new Set(stored.map(({ group }) => group))].map((group) => [group, endOf(group)]));
    const asked: { goal: GoalFacts; key: string; ranges: AskedRange[] }[] = [];
    const days = new DayRanges();
    for (const goal of stored)
      for (const measure of measuresOf(goal.metric))
        asked.push({
          goal,
          key: measure.key,
          ranges: rangesOf(goal, measure, ends.get(goal.group) as Day, members).map((range) => days.add(range)),
        });
    const readings = days.readings();
    days.take(readings, await this.repository.sums(readings));
    for (const { goal, key, ranges } of asked)
      goal.sums.set(
        key,
        ranges.reduce((total, range) => total + sumOf(range), 0n),
      );
  }

  /** Adds the parts of window measures to the goals that look at one: a statement per measure and window, however many goals there are (MET-06). */
  private async addWindowParts(facts: readonly GoalFacts[]): Promise<void> {
    const windowed = facts.filter(({ metric }) => metric.window);
    const byWindow = Map.groupBy(
      windowed,
      ({ metric, group }) => `${metric.window?.key} ${group.starts_on} ${group.ends_on} ${group.time_zone}`,
    ).values();
    for (const goals of byWindow) {
      const { metric, group } = goals[0] as GoalFacts;
      const measure = metric.window as WindowMeasure;
      const people = [...new Set(goals.flatMap((goal) => goal.ownerUserId ?? []))];
      const teams = [...new Set(goals.flatMap((goal) => goal.ownerTeamId ?? []))];
      const members: Member[] = people.map((id) => ({ scope: id, ownerId: id, from: null, to: null }));
      members.push(...(await this.measures.teamMembers(teams, group.time_zone)));
      const window = windowOf(group.starts_on, group.ends_on, group.time_zone);
      const parts = await this.measures.windowParts(measure, members, window, group.time_zone);
      for (const goal of goals) goal.sums = parts.get((goal.ownerUserId ?? goal.ownerTeamId) as string) ?? new Map();
    }
  }
}

const measuresOf = ({ measures }: Metric): Measure[] => Object.values(measures);

/** The day after the last one that counts: the period's end, at the latest today. */
function endOf({ ends_on, time_zone }: GoalGroup): Day {
  const today = dayOf(currentContext().now, time_zone);
  return addDays(ends_on < today ? ends_on : today, 1);
}

/** Whose days a goal adds up for a measure. A person who belongs to two teams below a goal's team at once counts once. */
function rangesOf(goal: GoalFacts, { key: measure, tense }: Measure, to: Day, members: ReadonlyMap<string, readonly Membership[]>): DayRange[] {
  const from = tense === 'standing' ? null : goal.group.starts_on;
  if (from !== null && from >= to) return [];
  if (goal.ownerUserId !== null) return [{ measure, ownerId: goal.ownerUserId, from, to }];
  const people = Map.groupBy(members.get(goal.ownerTeamId as string) ?? [], (member) => member.user_id);
  return [...people].flatMap(([ownerId, memberships]) =>
    united(memberships.map(({ from_on, until_on }) => ({ from: from_on, to: until_on }))).flatMap((span): DayRange[] => {
      if (from === null) return span.from < to && (span.to === null || span.to >= to) ? [{ measure, ownerId, from, to }] : [];
      const begin = span.from > from ? span.from : from;
      const end = span.to !== null && span.to < to ? span.to : to;
      return begin < end ? [{ measure, ownerId, from: begin, to: end }] : [];
    }),
  );
}
