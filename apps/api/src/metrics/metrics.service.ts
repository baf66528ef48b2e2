import { Injectable } from '@nestjs/common';
import type { MetricInfo, MetricReading, MetricValueQuery } from '@waymark/contracts';
import { addDays, dayOf, DomainError, type Value, windowOf, workingDaysBetween } from '@waymark/kernel';
import {
  type BesideFigure,
  besideParts,
  combineParts,
  type Measure,
  type Member,
  type Metric,
  type MetricMark,
  type WindowMeasure,
} from '@waymark/metrics';
import { Visibility } from '../access/visibility.js';
import { invalid } from '../platform/http/validation.js';
import { currentContext } from '../platform/request-context.js';
import { metricValue } from './metric-value.js';
import { membershipWindows } from './membership-windows.js';
import { factsOf, type MeasureSums, MetricsRepository } from './metrics.repository.js';
import { TenantMetrics } from './tenant-metrics.js';

/** A metric's exact value over a window with what stands beside it. */
export interface ExactReading {
  metric: Metric;
  value: Value;
  beside: BesideFigure[];
  marks: MetricMark[];
}

/** The instant up to which facts are to be known; null: as they stand. What was not known then does not count; what was known of later days does (Q98). */
const instantOf = ({ asOf }: MetricValueQuery): Date | null => (asOf === undefined ? null : new Date(asOf));

@Injectable()
export class MetricsService {
  constructor(
    private readonly repository: MetricsRepository,
    private readonly visibility: Visibility,
    private readonly tenant: TenantMetrics,
  ) {}

  async list(): Promise<MetricInfo[]> {
    return (await this.tenant.offered()).map(({ key, label, description, unit, direction, additive, tense, level, measures, window }) => {
      const keys = window ? [window.key] : Object.values<Measure>(measures).map((measure) => measure.key);
      return { key, label, description, unit, direction, additive, tense, level: level ?? 'none', measures: keys };
    });
  }

  /** One number over inclusive days in the organisation's zone, for one person, a team, or everybody whom the reader may see. */
  async value(key: string, query: MetricValueQuery): Promise<MetricReading> {
    const { timeZone, currency, now } = currentContext();
    const { metric, value, beside, marks } = await this.read(key, query);
    return {
      metric: key,
      value: metricValue(value, metric.unit, currency),
      beside: beside.map(({ key: figure, label, unit, value: shown }) => ({ key: figure, label, value: metricValue(shown, unit, currency) })),
      marks,
      window: { from: query.from, to: query.to, timeZone },
      ownerId: query.ownerId ?? null,
      teamId: query.teamId ?? null,
      computedAt: now.toISOString(),
    };
  }

  /** The same as an exact value. */
  async read(key: string, query: MetricValueQuery): Promise<ExactReading> {
    const metric = await this.metricOf(key, query);
    const { window } = metric;
    const sums = window ? await this.windowSums(window, query) : await this.sums(metric, query);
    const asked = windowOf(query.from, query.to, currentContext().timeZone);
    const asOf = instantOf(query);
    const begun = asked.from <= (asOf ?? currentContext().now);
    const facts = { ...factsOf(await this.repository.feeds(asOf), asked), begun, workingDays: await this.workingDays(query) };
    return { metric, value: combineParts(metric, sums, facts), ...besideParts(metric, sums, facts) };
  }

  /** The metric of a question that makes sense and that the reader may ask; nothing is counted. */
  async asked(key: string, query: MetricValueQuery): Promise<Metric> {
    const metric = await this.metricOf(key, query);
    await this.owners(query);
    return metric;
  }

  private async metricOf(key: string, query: MetricValueQuery): Promise<Metric> {
    const metric = await this.tenant.get(key);
    if (!metric) throw new DomainError('not_found', `There is no metric "${key.slice(0, 60)}".`);
    if (query.from > query.to) throw invalid([{ field: 'to', code: 'order', message: 'to must not lie before from' }]);
    if (query.ownerId && query.teamId) throw invalid([{ field: 'teamId', code: 'one_of', message: 'Ask for one person or one team, not both' }]);
    return metric;
  }

  /** Working days of the window that have begun. */
  private async workingDays({ from, to, asOf }: MetricValueQuery): Promise<number> {
    const { now, timeZone } = currentContext();
    const today = dayOf(asOf === undefined ? now : new Date(asOf), timeZone);
    return workingDaysBetween(await this.repository.calendar(), from, addDays(to < today ? to : today, 1));
  }

  private async sums(metric: Metric, query: MetricValueQuery): Promise<MeasureSums> {
    const measures = Object.values(metric.measures);
    const owners = await this.owners(query);
    const asOf = instantOf(query);
    if (asOf === null) return this.repository.storedSums(measures, { owners, teamId: query.teamId ?? null }, query.from, query.to);
    const { timeZone } = currentContext();
    const window = windowOf(query.from, query.to, timeZone);
    const members = query.teamId
      ? await this.repository.teamMembers([query.teamId], timeZone)
      : (await this.repository.ownersOf(owners)).map((ownerId) => ({ ownerId, from: null, to: null }));
    const total: MeasureSums = new Map();
    // What stands is asked at the latest on that day: of days ahead nobody knew what would stand.
    const lastDay = dayOf(asOf, timeZone);
    const ahead = windowOf(lastDay, lastDay, timeZone).to;
    for (const { tense, owners: some, from, to } of membershipWindows(members, window)) {
      const part = { from, to: tense === 'standing' && to > ahead ? ahead : to };
      const ofTense = measures.filter((measure) => measure.tense === tense);
      for (const sums of (await this.repository.sumsPerOwner(ofTense, some, part, asOf)).values())
        for (const [measure, sum] of sums) total.set(measure, (total.get(measure) ?? 0n) + sum);
    }
    return total;
  }

  /** The parts of a window measure for the people or the team that is asked for. */
  private async windowSums(measure: WindowMeasure, query: MetricValueQuery): Promise<MeasureSums> {
    const owners = await this.owners(query);
    const { timeZone } = currentContext();
    const members: Member[] = query.teamId
      ? await this.repository.teamMembers([query.teamId], timeZone)
      : (await this.repository.ownersOf(owners)).map((ownerId) => ({ scope: 'asked', ownerId, from: null, to: null }));
    const parts = await this.repository.windowParts(measure, members, windowOf(query.from, query.to, timeZone), instantOf(query));
    return parts.get(query.teamId ?? 'asked') ?? new Map();
  }

  private async owners(query: MetricValueQuery): Promise<string[] | null> {
    if (query.teamId) {
      const teams = await this.visibility.visibleTeams('metrics.read');
      if ((teams !== null && !teams.includes(query.teamId)) || !(await this.repository.teamExists(query.teamId)))
        throw new DomainError('not_found', 'There is no such team, or you may not see it.');
      return null;
    }
    const visible = await this.visibility.visibleOwners('metrics.read');
    if (!query.ownerId) return visible;
    await this.visibility.assertSees('metrics.read', query.ownerId);
    if ((await this.repository.ownersOf([query.ownerId])).length === 0)
      throw new DomainError('not_found', 'There is no such person, or you may not see them.');
    return [query.ownerId];
  }
}
