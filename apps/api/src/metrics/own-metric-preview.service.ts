import { Injectable } from '@nestjs/common';
import type { OwnMetricFinding, OwnMetricMonth, OwnMetricPreview } from '@waymark/contracts';
import { addDays, type Day, dayOf, DomainError, isNone, startOfDay, type Value } from '@waymark/kernel';
import {
  buildOwnMetric,
  combineParts,
  type Measure,
  type Metric,
  ownCandidates,
  ownMeasures,
  type OwnMetricDefinition,
  ownSentence,
} from '@waymark/metrics';
import { UnitOfWork } from '../platform/database/unit-of-work.js';
import { invalid } from '../platform/http/validation.js';
import { currentContext } from '../platform/request-context.js';
import { metricValue } from './metric-value.js';
import { factsOf, type Feeds, MetricsRepository } from './metrics.repository.js';
import { OwnMetricHistory, type HistorySpan, type SpanSums } from './own-metric-history.repository.js';
import { OwnMetricsRepository } from './own-metrics.repository.js';

/** Longest time of one statement of a preview: what takes longer on history would slow down everybody's numbers. */
export const previewLimitMs = 3000;
const monthsShown = 12;
const key = 'own.preview';
const candidates = { of: `${key}@candidates.of`, per: `${key}@candidates.per` };

interface Month {
  key: string;
  from: Date;
  to: Date;
}

/** What a definition would have said of the last twelve months, and why it must not be published (MET-04). Nothing is kept. */
@Injectable()
export class OwnMetricPreviews {
  constructor(
    private readonly history: OwnMetricHistory,
    private readonly metrics: MetricsRepository,
    private readonly own: OwnMetricsRepository,
    private readonly units: UnitOfWork,
  ) {}

  async preview(definition: OwnMetricDefinition, teamId: string | null): Promise<OwnMetricPreview> {
    const { timeZone, now } = currentContext();
    const plan = { key, number: 0, segments: [{ number: 0, definition, from: null, to: null }] };
    const metric = buildOwnMetric(plan, true);
    const measures = [...ownMeasures(plan), ...candidatesOf(definition)];
    const months = lastMonths(dayOf(now, timeZone), timeZone);
    const members = await this.members(teamId);
    const read = (spans: readonly HistorySpan[]) => this.history.sums(measures, spans);
    const began = performance.now();
    try {
      const { sums, ever } = await this.units.run(
        { tenantId: currentContext().tenantId, readOnly: true, separate: true, statementTimeoutMs: previewLimitMs },
        async () => {
          const monthly = await read(spansOf(months, members));
          const empty = [...monthly.values()].every(
            (one) => counted(one, measures, 'of') === 0n || (definition.kind !== 'measure' && counted(one, measures, 'per') === 0n),
          );
          return { sums: monthly, ever: empty ? await read(spansOf([{ key: 'ever', from: everFrom, to: everTo }], members)) : null };
        },
      );
      const feeds = await this.metrics.feeds(null);
      const values = months.map((month) => this.month(metric, definition, measures, month, sums.get(month.key) ?? new Map(), feeds));
      return {
        months: values.map(({ shown }) => shown),
        tookMs: Math.round(performance.now() - began),
        refusal: ever ? refusalOf(definition, measures, ever.get('ever') ?? new Map()) : null,
        warnings: warningsOf(
          values.map(({ value }) => value),
          ever !== null,
        ),
        sentence: ownSentence(definition),
      };
    } catch (error) {
      const refusal = refusedBecause(error);
      if (!refusal) throw error;
      return { months: [], tookMs: Math.round(performance.now() - began), refusal, warnings: [], sentence: ownSentence(definition) };
    }
  }

  /** What is published must have a meaning on history and come quickly enough: else it is refused with the reason. */
  async assertMeaningful(definition: OwnMetricDefinition): Promise<void> {
    const { refusal } = await this.preview(definition, null);
    if (refusal) throw new DomainError('unprocessable', refusal.sentence, { params: { reason: refusal.code } });
  }

  private async members(teamId: string | null): Promise<{ ownerId: string; from: Date | null; to: Date | null }[]> {
    if (teamId === null) return (await this.own.ownerIds()).map((ownerId) => ({ ownerId, from: null, to: null }));
    if (!(await this.metrics.teamExists(teamId))) throw invalid([{ field: 'teamId', code: 'unknown', message: 'There is no such team' }]);
    return this.metrics.teamMembers([teamId], currentContext().timeZone);
  }

  private month(metric: Metric, definition: OwnMetricDefinition, measures: readonly Measure[], month: Month, sums: SpanSums, feeds: Feeds) {
    const { currency } = currentContext();
    const value = combineParts(metric, new Map([...sums].map(([name, { sum }]) => [name, sum])), factsOf(feeds, month));
    const rows = (part: 'of' | 'per') => {
      const all = Number(sums.get(candidates[part])?.count ?? 0n);
      const those = Number(counted(sums, measures, part));
      return { counted: those, leftOut: all - those };
    };
    const shown: OwnMetricMonth = {
      month: month.key,
      value: metricValue(value, metric.unit, currency),
      rows: rows('of'),
      perRows: definition.kind === 'ratio' ? rows('per') : null,
    };
    return { shown, value };
  }
}

const everFrom = new Date('1900-01-01T00:00:00Z');
const everTo = new Date('9999-12-31T23:59:59.999Z');

function candidatesOf({ of, per }: OwnMetricDefinition): Measure[] {
  const all = (own: typeof of, name: string) => ownCandidates({ ...own, aggregate: 'count', column: null }, name);
  return [all(of, candidates.of), ...(per ? [all(per, candidates.per)] : [])];
}

/** Rows behind a part; of a measure that adds amounts too. */
function counted(sums: SpanSums, measures: readonly Measure[], part: 'of' | 'per'): bigint {
  const measure = measures.find((one) => one.key === `${key}@0.0.${part}`);
  return measure ? (sums.get(measure.key)?.count ?? 0n) : 0n;
}

/** The months that end with the one of today, by the days of the zone. */
function lastMonths(today: Day, zone: string): Month[] {
  const months: Month[] = [];
  let first = `${today.slice(0, 7)}-01`;
  for (let n = 0; n < monthsShown; n += 1) {
    const next = `${addDays(first, 31).slice(0, 7)}-01`;
    months.unshift({ key: first.slice(0, 7), from: startOfDay(first, zone), to: startOfDay(next, zone) });
    first = `${addDays(first, -1).slice(0, 7)}-01`;
  }
  return months;
}

/** Each month of each person, cut to the time in which the person belonged. */
function spansOf(months: readonly Month[], members: readonly { ownerId: string; from: Date | null; to: Date | null }[]): HistorySpan[] {
  return members.flatMap(({ ownerId, from, to }) =>
    months.flatMap((month): HistorySpan[] => {
      const begin = from && from > month.from ? from : month.from;
      const end = to && to < month.to ? to : month.to;
      return begin < end ? [{ label: month.key, ownerId, from: begin, to: end, whole: end.getTime() === month.to.getTime() }] : [];
    }),
  );
}

function refusalOf(definition: OwnMetricDefinition, measures: readonly Measure[], ever: SpanSums): OwnMetricFinding | null {
  if (counted(ever, measures, 'of') === 0n)
    return { code: 'no_rows', sentence: 'No row ever matched these conditions, so the number would always be nothing. Check the conditions.' };
  if (definition.kind === 'ratio' && counted(ever, measures, 'per') === 0n)
    return { code: 'no_base', sentence: 'No row ever matched what is divided by, so there would never be a number. Check its conditions.' };
  return null;
}

function warningsOf(values: readonly Value[], nothingLately: boolean): OwnMetricFinding[] {
  const numbers = values.flatMap((value) => (isNone(value) ? [] : [value]));
  const [first, ...others] = numbers;
  if (nothingLately) return [{ code: 'not_lately', sentence: 'Nothing matched in the last twelve months.' }];
  if (first && others.length > 0 && others.every((value) => value.num * first.den === first.num * value.den))
    return [{ code: 'always_same', sentence: 'It was the same in every month: it may not tell people anything.' }];
  return [];
}

/** What PostgreSQL said when it was cut short (57014), or when the sums left 64 bits (22003). */
function refusedBecause(error: unknown): OwnMetricFinding | null {
  const { code } = error as { code?: string };
  if (code === '57014')
    return {
      code: 'too_slow',
      sentence: `It took longer than ${previewLimitMs / 1000} seconds on your history. Ask for fewer conditions or another date.`,
    };
  if (code === '22003') return { code: 'too_large', sentence: 'The sums are larger than a number can be here. Leave out the largest amounts.' };
  return null;
}
