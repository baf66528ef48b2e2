import type { MetricReceipt, MetricRecordQuery, MetricValue, RowTotal } from '@waymark/contracts';
import { reasonText } from '@waymark/metrics';

type Line = [name: string, value: string | number | null];

/**
 * What stands above the rows of a file (Q94): which number, whose, of which days, as known when, by which formula, what it is, and which rows follow. Names
 * and values are two columns, numbers are exact; with the sums of all parts the number can be worked out again without asking anybody.
 */
export function fileHead(receipt: MetricReceipt, query: Pick<MetricRecordQuery, 'kind' | 'reason'>, part: string): Line[] {
  const { window, value } = receipt;
  const listed = receipt.parts.find(({ key }) => key === part);
  return [
    ['metric', receipt.metric],
    ['label', receipt.label],
    ['version', receipt.version],
    ['formula', receipt.formula],
    ['calculation', receipt.calculation],
    ['value', value.value],
    ['unit', unitOf(value)],
    ...(value.reason === null ? [] : ([['no value because', value.reason]] satisfies Line[])),
    ...receipt.marks.map((mark): Line => ['mark', mark]),
    ['scope', receipt.scope],
    ...(receipt.owner ? ([['owner id', receipt.owner.id]] satisfies Line[]) : []),
    ...(receipt.team ? ([['team id', receipt.team.id]] satisfies Line[]) : []),
    ['from', window.from],
    ['to', window.to],
    ['time zone', window.timeZone],
    ['as of', receipt.asOf],
    ['computed at', receipt.computedAt],
    ...receipt.parts.flatMap(({ key, counted, candidates }): Line[] => [
      [`${key}: rows counted`, counted.rows],
      [`${key}: sum counted`, counted.amount.value],
      [`${key}: rows left out`, candidates.rows - counted.rows],
    ]),
    ['rows below', part],
    ['rows below are', listed?.label ?? null],
    ['rows below count if', listed?.conditions.join('; ') ?? null],
    ['filter', filterText(query)],
  ];
}

/** What the reader may not see, of rows that count and of rows left out apart, so that the rows of a kind and its line are the sum of that kind. */
export function hiddenLines(totals: Readonly<Record<'counted' | 'left_out', RowTotal>>): (string | null)[][] {
  return (['counted', 'left_out'] as const)
    .filter((kind) => totals[kind].rows > 0)
    .map((kind) => ['', '', `${totals[kind].rows} rows that you may not see`, kind, '', totals[kind].amount.value, '']);
}

function unitOf({ unit, currency }: MetricValue): string {
  return currency === undefined ? unit : `${unit} in ${currency}`;
}

function filterText({ kind, reason }: Pick<MetricRecordQuery, 'kind' | 'reason'>): string {
  if (reason !== undefined) return `left out: ${reasonText(reason)}`;
  return kind === undefined ? 'counted and left out' : kind === 'counted' ? 'counted' : 'left out';
}
