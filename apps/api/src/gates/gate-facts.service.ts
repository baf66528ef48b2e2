import { Injectable } from '@nestjs/common';
import type { Reading, Readings } from '@waymark/gates';
import { none, whole, type Value, type Window, windowOf } from '@waymark/kernel';
import { combineParts, type Measure, type Metric, type MetricLookup, ownKeyPrefix } from '@waymark/metrics';
import { factsOf, MeasuresService } from '../metrics/measures.service.js';
import { TenantMetrics } from '../metrics/tenant-metrics.js';
import { currentContext } from '../platform/request-context.js';
import { type EvidenceRow, GateFactsRepository, type GateWindow } from './gate-facts.repository.js';

/** The readings of many people for one window, and on request the rows behind them. */
@Injectable()
export class GateFacts {
  constructor(
    private readonly repository: GateFactsRepository,
    private readonly measures: MeasuresService,
    private readonly tenant: TenantMetrics,
  ) {}

  /** As known: facts that happened before `window.until` and were recorded by `window.knownAt` (GATE-06). */
  async asKnown(readings: readonly Reading[], owners: readonly string[], window: GateWindow): Promise<Map<string, Readings>> {
    const found = emptyReadings(owners);
    const used = metricsOf(readings, (await this.tenant.all()).metrics);
    const sums =
      used.length > 0
        ? await this.measures.sumsPerOwner(measuresOf(used), [...owners], { from: window.from, to: window.until }, window.knownAt)
        : new Map();
    await this.addMetrics(found, used, sums, window.knownAt, { from: window.from, to: window.until });
    for (const reading of readings) {
      if (reading.kind !== 'open_value') continue;
      const rows = await this.repository.openDeals(reading, owners, window);
      for (const owner of owners) found.get(owner)?.set(reading.key, openValueOf(rows.get(owner) ?? []));
    }
    return found;
  }

  /** Now: from the daily measures and the present state of the deals, so that the cost does not grow with old facts. */
  async present(readings: readonly Reading[], owners: readonly string[], days: { startsOn: string; endsOn: string }): Promise<Map<string, Readings>> {
    const found = emptyReadings(owners);
    const used = metricsOf(readings, (await this.tenant.all()).metrics);
    const sums = used.length > 0 ? await this.repository.storedSums(measuresOf(used), owners, days.startsOn, days.endsOn) : new Map();
    const { now, timeZone } = currentContext();
    await this.addMetrics(found, used, sums, now, windowOf(days.startsOn, days.endsOn, timeZone));
    for (const reading of readings) {
      if (reading.kind !== 'open_value') continue;
      const values = await this.repository.openValueNow(reading, owners, days);
      for (const owner of owners) found.get(owner)?.set(reading.key, values.get(owner) ?? whole(0n));
    }
    return found;
  }

  /** Rows behind each reading, per reading and person. Counted plus left out are all that were looked at. */
  async rowsBehind(readings: readonly Reading[], owners: readonly string[], window: GateWindow): Promise<Map<string, Map<string, EvidenceRow[]>>> {
    const { metrics } = await this.tenant.all();
    const rows = new Map<string, Map<string, EvidenceRow[]>>();
    for (const reading of readings) {
      if (reading.kind === 'open_value') rows.set(reading.key, await this.repository.openDeals(reading, owners, window));
      else {
        const [metric] = metricsOf([reading], metrics);
        const [measure] = metric ? measuresOf([metric]) : [];
        if (metric?.key.startsWith(ownKeyPrefix)) rows.set(reading.key, await this.repository.ownMeasureRows(countedParts(metric), owners, window));
        else if (measure) rows.set(reading.key, await this.repository.measureRows(measure, owners, window));
      }
    }
    return rows;
  }

  private async addMetrics(
    found: Map<string, Map<string, Value>>,
    used: readonly Metric[],
    sums: Map<string, Map<string, bigint>>,
    knownAt: Date,
    window: Window,
  ): Promise<void> {
    if (used.length === 0) return;
    const facts = factsOf(await this.measures.feeds(knownAt), window);
    for (const [owner, values] of found)
      for (const metric of used) values.set(`metric:${metric.key}`, combineParts(metric, sums.get(owner) ?? new Map<string, bigint>(), facts));
  }
}

function emptyReadings(owners: readonly string[]): Map<string, Map<string, Value>> {
  return new Map(owners.map((owner) => [owner, new Map<string, Value>()]));
}

/** Of an own metric: what is counted or added, by each of its versions. */
function countedParts(metric: Metric): Measure[] {
  return Object.entries<Measure>(metric.measures).flatMap(([name, measure]) => (name.startsWith('of_') ? [measure] : []));
}

function metricsOf(readings: readonly Reading[], metrics: MetricLookup): Metric[] {
  return readings.flatMap((reading) => {
    const metric = reading.kind === 'metric' ? metrics.get(reading.metric) : undefined;
    return metric ? [metric] : [];
  });
}

function measuresOf(used: readonly Metric[]): Measure[] {
  return [...new Map(used.flatMap((metric) => Object.values(metric.measures)).map((measure) => [measure.key, measure])).values()];
}

/** What open deals are worth together. One that would count but has no rate leaves nobody to say (SRC-08, Q31). */
function openValueOf(rows: readonly EvidenceRow[]): Value {
  return rows.some((row) => row.reason === 'no_rate') ? none('no_rate') : whole(countedSum(rows));
}

/** The sum of the rows that count, in steps of their unit; rows without amount count as one. */
export function countedSum(rows: readonly EvidenceRow[]): bigint {
  return rows.reduce((sum, row) => (row.reason === null ? sum + (row.amount === null ? 1n : BigInt(row.amount)) : sum), 0n);
}
