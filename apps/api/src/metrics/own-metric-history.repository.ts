import { Injectable } from '@nestjs/common';
import { compileDaily, type Measure } from '@waymark/metrics';
import { Db } from '../platform/database/db.js';
import { currentContext } from '../platform/request-context.js';

/** A person over part of a month; `whole` when it reaches its end, where standing measures are taken. */
export interface HistorySpan {
  label: string;
  ownerId: string;
  from: Date;
  to: Date;
  whole: boolean;
}

/** Sum and number of rows by measure. */
export type SpanSums = Map<string, { sum: bigint; count: bigint }>;

/** Sums of measures that nobody keeps yet, from facts: the same statement that computes days, over longer spans. */
@Injectable()
export class OwnMetricHistory {
  constructor(private readonly db: Db) {}

  /** One statement per source and tense. A standing measure is what all changes up to the end of the span add up to. */
  async sums(measures: readonly Measure[], spans: readonly HistorySpan[]): Promise<Map<string, SpanSums>> {
    const found = new Map<string, SpanSums>();
    for (const group of Map.groupBy(measures, (measure) => `${measure.source} ${measure.tense}`).values()) {
      const standing = group[0]?.tense === 'standing';
      const taken = standing ? spans.filter((span) => span.whole) : spans;
      const daily = compileDaily(group);
      const label = 6 + daily.constants.length;
      const rows = await this.db.many<{ label: string; measure: string; sum: string; count: string }>(
        `select l.label, v.measure, sum(v.sum)::bigint::text as sum, sum(v.count)::text as count
         from (${daily.text}) v join unnest($${label}::date[], $${label + 1}::text[]) as l (on_day, label) on l.on_day = v.on_day group by l.label, v.measure`,
        [currentContext().tenantId, ...spanParams(taken, standing), ...daily.constants, ...labelParams(taken)],
      );
      for (const row of rows) {
        const sums = found.get(row.label) ?? new Map();
        found.set(row.label, sums.set(row.measure, { sum: BigInt(row.sum), count: BigInt(row.count) }));
      }
    }
    return found;
  }
}

/** A day that stands for each label, since the statement knows days alone. */
function dayOfLabel(label: string): string {
  return label.length === 7 ? `${label}-01` : '1900-01-01';
}

function spanParams(spans: readonly HistorySpan[], standing: boolean): unknown[] {
  return [
    spans.map((span) => span.ownerId),
    spans.map((span) => dayOfLabel(span.label)),
    spans.map((span) => (standing ? '-infinity' : span.from.toISOString())),
    spans.map((span) => span.to.toISOString()),
  ];
}

function labelParams(spans: readonly HistorySpan[]): unknown[] {
  const labels = [...new Set(spans.map((span) => span.label))];
  return [labels.map(dayOfLabel), labels];
}
