import { Injectable } from '@nestjs/common';
import type { MetricInfo, MetricReading, MetricValueQuery } from '@waymark/contracts';
import { addDays, dayOf, DomainError, windowOf, workingDaysBetween } from '@waymark/kernel';
import { besideParts, combineParts, type Measure, type Member, type Metric, type WindowMeasure } from '@waymark/metrics';
import { Visibility } from '../access/visibility.js';
import { invalid } from '../platform/http/validation.js';
import { currentContext } from '../platform/request-context.js';
import { metricValue } from './metric-value.js';
import { factsOf, type MeasureSums, MetricsRepository } from './metrics.repository.js';
import { TenantMetrics } from './tenant-metrics.js';

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
    const metric = await this.tenant.get(key);
    if (!metric) throw new DomainError('not_found', `There is no metric "${key.slice(0, 60)}".`);
    if (query.from > query.to) throw invalid([{ field: 'to', code: 'order', message: 'to must not lie before from' }]);
    if (query.ownerId && query.teamId) throw invalid([{ field: 'teamId', code: 'one_of', message: 'Ask for one person or one team, not both' }]);
    const { timeZone, currency, now } = currentContext();
    const { window } = metric;
    const sums = window ? await this.windowSums(window, query) : await this.sums(metric, query);
    const asked = windowOf(query.from, query.to, timeZone);
    const feeds = await this.repository.feeds(query.asOf === undefined ? null : new Date(query.asOf));
    const facts = { ...factsOf(feeds, asked), begun: asked.from <= now, workingDays: await this.workingDays(query) };
    const value = combineParts(metric, sums, facts);
    const { beside, marks } = besideParts(metric, sums, facts);
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

  /** Working days of the window that have begun. */
  private async workingDays({ from, to }: MetricValueQuery): Promise<number> {
    const { now, timeZone } = currentContext();
    const today = dayOf(now, timeZone);
    return workingDaysBetween(await this.repository.calendar(), from, addDays(to < today ? to : today, 1));
  }

  private async sums(metric: Metric, query: MetricValueQuery): Promise<MeasureSums> {
    const measures = Object.values(metric.measures);
    const owners = await this.owners(query);
    if (query.asOf === undefined) return this.repository.storedSums(measures, { owners, teamId: query.teamId ?? null }, query.from, query.to);
    const { asOf, ...window } = this.asKnown(query, query.asOf);
    const all = await this.repository.ownersOf(owners);
    const perOwner = await this.repository.sumsPerOwner(measures, all, window, asOf);
    const total: MeasureSums = new Map();
    for (const sums of perOwner.values()) for (const [measure, sum] of sums) total.set(measure, (total.get(measure) ?? 0n) + sum);
    return total;
  }

  /** The parts of a window measure for the people or the team that is asked for. */
  private async windowSums(measure: WindowMeasure, query: MetricValueQuery): Promise<MeasureSums> {
    const owners = await this.owners(query);
    const { timeZone } = currentContext();
    const { asOf, ...window } =
      query.asOf === undefined ? { ...windowOf(query.from, query.to, timeZone), asOf: null } : this.asKnown(query, query.asOf);
    // A due list looks ahead to the end of the window, also from a past instant.
    if (measure.byQuarter) window.to = windowOf(query.from, query.to, timeZone).to;
    const members: Member[] = query.teamId
      ? await this.repository.teamMembers([query.teamId], timeZone)
      : (await this.repository.ownersOf(owners)).map((ownerId) => ({ scope: 'asked', ownerId, from: null, to: null }));
    const parts = await this.repository.windowParts(measure, members, window, asOf);
    return parts.get(query.teamId ?? 'asked') ?? new Map();
  }

  /** The window as it was known at the instant: what happened later is not in it. */
  private asKnown(query: MetricValueQuery, instant: string): { from: Date; to: Date; asOf: Date } {
    if (query.teamId) throw invalid([{ field: 'asOf', code: 'one_of', message: 'A past instant is answered for people, not for teams' }]);
    const asOf = new Date(instant);
    const window = windowOf(query.from, query.to, currentContext().timeZone);
    return { from: window.from, to: asOf < window.to ? asOf : window.to, asOf };
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
