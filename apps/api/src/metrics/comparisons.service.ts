import { Injectable } from '@nestjs/common';
import type { ComparedReading, MetricComparison, MetricComparisonQuery } from '@waymark/contracts';
import { dayOf, none, type Unit, type Value } from '@waymark/kernel';
import { changeOf, comparedWith, type Days, elapsedDays, sameShare } from '@waymark/metrics';
import { currentContext } from '../platform/request-context.js';
import { metricValue } from './metric-value.js';
import { MetricsRepository } from './metrics.repository.js';
import { MetricsService } from './metrics.service.js';

/** Numbers beside those of the window before, or of last year (MET-11). */
@Injectable()
export class Comparisons {
  constructor(
    private readonly metrics: MetricsService,
    private readonly repository: MetricsRepository,
  ) {}

  async compare(key: string, { with: comparison = 'previous', ...query }: MetricComparisonQuery): Promise<MetricComparison> {
    const { unit, direction } = await this.metrics.asked(key, query);
    const window = { from: query.from, to: query.to };
    const other = comparedWith(window, comparison);
    const { now: present, timeZone, currency } = currentContext();
    const calendar = await this.repository.calendar();
    const elapsed = elapsedDays(window, dayOf(query.asOf === undefined ? present : new Date(query.asOf), timeZone), calendar);
    const same = elapsed && sameShare(window, elapsed, other, calendar);
    const over = elapsed?.to === window.to;
    const valueOf = async (days: Days | null | undefined): Promise<Value> =>
      days ? (await this.metrics.read(key, { ...query, ...days })).value : none('not_yet');
    const now = await valueOf(over ? window : same && elapsed);
    const then = await valueOf(same);
    const shown = (value: Value, of: Unit = unit) => metricValue(value, of, currency);
    const reading = (days: Days, value: Value): ComparedReading => ({ ...days, value: shown(value) });
    const { change, percent, verdict } = changeOf(then, now, direction);
    return {
      metric: key,
      with: comparison,
      part: over ? 'whole' : 'same_share',
      now: reading(elapsed ?? window, now),
      then: reading(same || other, then),
      change: shown(change, unit === 'percent' ? 'points' : unit),
      changePercent: shown(percent, 'percent'),
      verdict,
    };
  }
}
