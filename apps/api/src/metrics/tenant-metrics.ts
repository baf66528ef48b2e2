import { Injectable } from '@nestjs/common';
import { DomainError, startOfDay } from '@waymark/kernel';
import {
  buildOwnMetric,
  type Measure,
  type Metric,
  type MetricRegistry,
  ownKeyPrefix,
  ownMeasures,
  type OwnPlan,
  type OwnSegment,
  registryWith,
} from '@waymark/metrics';
import { currentContext, currentUnit } from '../platform/request-context.js';
import { OwnMetricsRepository, type OwnVersionRow } from './own-metrics.repository.js';

/** The metrics of an organisation: the catalogue and its own. Archived ones are found by their key and offered no more. */
export interface KnownMetrics extends MetricRegistry {
  archived: ReadonlySet<string>;
  /** Measures of versions that are being computed. */
  computing: ReadonlySet<string>;
}

/** The one place that answers "the metric with this key in this organisation" (MET-01, MET-04). */
@Injectable()
export class TenantMetrics {
  /** Read once per unit of work; nobody else's unit sees it. */
  private readonly loaded = new WeakMap<object, Promise<KnownMetrics>>();

  constructor(private readonly repository: OwnMetricsRepository) {}

  all(): Promise<KnownMetrics> {
    const unit = currentUnit();
    if (!unit) return this.load();
    const known = this.loaded.get(unit) ?? this.load();
    this.loaded.set(unit, known);
    return known;
  }

  async get(key: string): Promise<Metric | undefined> {
    return (await this.all()).metrics.get(key);
  }

  /** Metrics that goals, policies and pages may choose. */
  async offered(): Promise<Metric[]> {
    const { metrics, archived } = await this.all();
    return [...metrics.values()].filter((metric) => !archived.has(metric.key));
  }

  /** Keeps these metrics from being removed until the unit of work ends: something begins to look at them. */
  async hold(keys: readonly string[]): Promise<void> {
    const own = [...new Set(keys.filter((key) => key.startsWith(ownKeyPrefix)))];
    if (own.length > 0 && (await this.repository.holdKeys(own)) < own.length)
      throw new DomainError('conflict', 'A metric was removed meanwhile. Choose another one.');
  }

  /** After a definition changed inside of this unit of work. */
  forget(): void {
    const unit = currentUnit();
    if (unit) this.loaded.delete(unit);
  }

  private async load(): Promise<KnownMetrics> {
    const rows = await this.repository.published();
    const byKey = Map.groupBy(rows, (row) => row.key);
    const own: Metric[] = [];
    const pending: Measure[] = [];
    for (const [key, versions] of byKey) {
      const { serving, computing } = plansOf(key, versions);
      const shown = serving ?? computing;
      if (shown) own.push(buildOwnMetric(shown, serving !== null));
      if (computing) pending.push(...ownMeasures(computing));
    }
    return {
      ...registryWith(own, pending),
      archived: new Set(rows.flatMap((row) => (row.archived_at ? [row.key] : []))),
      computing: new Set(pending.map((measure) => measure.key)),
    };
  }
}

/** Of one metric's published versions, the oldest first: the plan that answers, and the one whose days are being computed. */
export function plansOf(key: string, versions: readonly OwnVersionRow[]): { serving: OwnPlan | null; computing: OwnPlan | null } {
  const plans: { plan: OwnPlan; ready: boolean; failed: boolean }[] = [];
  for (const version of versions) {
    const before = plans.findLast((one) => !one.failed)?.plan.segments ?? [];
    plans.push({
      plan: { key, number: version.number, segments: segmentsOf(version, before) },
      ready: version.ready_at !== null,
      failed: version.failure !== null,
    });
  }
  const last = plans.at(-1);
  return {
    serving: plans.findLast((one) => one.ready)?.plan ?? null,
    computing: last && !last.ready ? last.plan : null,
  };
}

/** "Recompute" holds for all days; "from now on" leaves the days before its first to the versions before it. */
function segmentsOf({ number, definition, mode, applies_from }: OwnVersionRow, before: readonly OwnSegment[]): OwnSegment[] {
  if (mode !== 'from_now_on' || applies_from === null || before.length === 0) return [{ number, definition, from: null, to: null }];
  const from = startOfDay(applies_from, currentContext().timeZone);
  const older = before.filter((one) => one.from === null || one.from < from);
  return [...older.map((one) => (one.to === null || one.to > from ? { ...one, to: from } : one)), { number, definition, from, to: null }];
}
