import type { Statement } from '../algebra/compile.js';
import type { Metric, MetricFacts } from '../algebra/metric.js';
import { partKey } from '../registry.js';
import { type CandidateParameters, compileCandidates } from './compile-candidates.js';
import { compileWindowCandidates } from './window-receipt.js';
import { conditionText, labelOf } from './words.js';

/** One part of a metric with the question which rows it looked at. */
export interface ReceiptPart {
  /** The part's name in the metric's formula. */
  key: string;
  /** The key under which sums are handed around: of the measure, or of the part of a window measure. */
  measure: string;
  label: string;
  /** Of the sums: a number of rows, or an amount in minor units. */
  unit: 'count' | 'money';
  /** The table of facts that it reads. */
  source: string;
  /** The table whose records the rows lead to. */
  page: string;
  /** What a row must be like, in words, in the order in which it is asked. */
  conditions: string[];
  /** It is asked by fiscal quarters: `quarterParameters` come before the constants. */
  byQuarter: boolean;
  /** Its candidates; with `everything` for a comparison of two instants of knowledge, rows outside of scope and window too. */
  compile(parameters: CandidateParameters, everything?: boolean): Statement;
}

/** The parts of a metric that have rows behind them (MET-08). */
export function receiptParts(metric: Metric): ReceiptPart[] {
  const { window } = metric;
  if (!window)
    return Object.entries(metric.measures).map(([key, measure]) => ({
      key,
      measure: measure.key,
      label: ownLabel(key) ?? labelOf(measure.key),
      unit: measure.sum?.endsWith('_minor') ? 'money' : 'count',
      source: measure.source,
      page: measure.source,
      conditions: measure.where.map(conditionText),
      byQuarter: false,
      compile: (parameters, everything) => compileCandidates(measure, parameters, everything),
    }));
  return Object.entries(window.receipt?.parts ?? {}).map(([key, part]) => ({
    key,
    measure: partKey(window, key),
    label: labelOf(key),
    unit: part?.sum === undefined ? 'count' : 'money',
    source: window.source,
    page: window.receipt?.ofItems ? 'pipeline_events' : window.source,
    conditions: part?.is ? [conditionText({ column: part.is.column, is: part.is.word })] : [],
    byQuarter: window.byQuarter ?? false,
    compile: (parameters) => compileWindowCandidates(window, key, parameters),
  }));
}

/** The formula with something put in at the places of its parts: their names, or the numbers of a receipt. */
export function formulaWith(metric: Metric, facts: MetricFacts, put: (part: string) => string): string {
  const keys = metric.window ? metric.window.parts : Object.keys(metric.measures);
  const { formula: told } = metric;
  const formula = (typeof told === 'function' ? told(facts) : told) ?? keys.map((key) => `{${key}}`).join(', ');
  return formula.replace(/\{(\w+)\}/g, (_, key: string) => put(key));
}

const ownParts: Readonly<Record<string, string>> = {
  of: 'Counted',
  per: 'Divided by',
  unrated: 'Without a rate',
  unrated_per: 'Without a rate in what divides',
};

/** The label of a part of an own metric, whose parts are named by their role and the number of their version. */
function ownLabel(key: string): string | null {
  const [, role = '', version] = /^(\w+)_(\d+)$/.exec(key) ?? [];
  return ownParts[role] === undefined ? null : `${ownParts[role]} (version ${version})`;
}
