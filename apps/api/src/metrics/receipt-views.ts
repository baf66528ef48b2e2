import type { MetricChange, MetricPartChanges, MetricReceiptPart, MetricRecord, MetricValue, RowTotal } from '@waymark/contracts';
import { whole } from '@waymark/kernel';
import { labelOf, reasonText, type ReceiptPart } from '@waymark/metrics';
import { metricValue } from './metric-value.js';
import type { CandidateGroup, ChangeGroup, ChangeRow, RecordRow } from './receipts.repository.js';

/** A part at two instants: what counted adds up to, and what became of the rows between them. */
export interface Compared {
  then: bigint;
  later: bigint;
  groups: readonly ChangeGroup[];
}

/** What the rows that count add up to, in steps of the part. */
export function countedSum(groups: readonly CandidateGroup[]): bigint {
  return groups.reduce((sum, { reason, amount }) => (reason === null ? sum + amount : sum), 0n);
}

export function rowTotal(part: ReceiptPart, groups: readonly Pick<CandidateGroup, 'rows' | 'amount'>[], currency: string): RowTotal {
  return {
    rows: groups.reduce((sum, { rows }) => sum + rows, 0),
    amount: amountOf(
      part,
      groups.reduce((sum, { amount }) => sum + amount, 0n),
      currency,
    ),
  };
}

/** A part of a receipt: every row that was looked at is either counted or left out for one reason. */
export function partView(part: ReceiptPart, groups: readonly CandidateGroup[], currency: string): MetricReceiptPart {
  const counted = groups.filter(({ reason }) => reason === null);
  const leftOut = groups.filter(({ reason }) => reason !== null);
  const reasons = [...new Set(leftOut.map(({ reason }) => reason as string))];
  const total = (rows: readonly CandidateGroup[]) => rowTotal(part, rows, currency);
  const unseen = ({ visible }: CandidateGroup) => !visible;
  return {
    key: part.key,
    label: part.label,
    source: part.source,
    conditions: part.conditions,
    candidates: total(groups),
    counted: total(counted),
    leftOut: reasons.map((reason) => ({ reason, text: reasonText(reason), ...total(leftOut.filter((group) => group.reason === reason)) })),
    hidden: { counted: total(counted.filter(unseen)), leftOut: total(leftOut.filter(unseen)) },
  };
}

export function recordView(part: ReceiptPart, row: RecordRow, currency: string): MetricRecord {
  return {
    id: row.thing,
    kind: row.reason === null ? 'counted' : 'left_out',
    reason: row.reason,
    reasonText: row.reason === null ? null : reasonText(row.reason),
    at: row.at.toISOString(),
    owner: row.owner,
    what: whatOf(part, row),
    link: linkOf(part, row),
    amount: amountOf(part, BigInt(row.amount), currency),
  };
}

export function changeView(part: ReceiptPart, row: ChangeRow, currency: string): MetricChange {
  const [before, after] = [BigInt(row.before), BigInt(row.after)];
  return {
    id: row.thing,
    change: row.change,
    reason: row.reason,
    reasonText: changeText(row),
    at: row.at.toISOString(),
    owner: row.owner,
    what: whatOf(part, row),
    link: linkOf(part, row),
    before: amountOf(part, before, currency),
    after: amountOf(part, after, currency),
    difference: amountOf(part, after - before, currency),
  };
}

/** What changed of a part, by what and why; the sums of the rows are the difference. */
export function summedChanges(part: ReceiptPart, told: Compared, currency: string): MetricPartChanges {
  const keys = [...new Set(told.groups.map(({ change, reason }) => `${change} ${reason}`))];
  return {
    key: part.key,
    label: part.label,
    before: amountOf(part, told.then, currency),
    after: amountOf(part, told.later, currency),
    difference: amountOf(part, told.later - told.then, currency),
    rows: keys.map((key) => {
      const same = told.groups.filter(({ change, reason }) => `${change} ${reason}` === key);
      const [{ change, reason }] = same as [ChangeGroup];
      const hidden = same.filter(({ visible }) => !visible);
      return {
        change,
        reason,
        text: changeText({ change, reason }),
        hiddenRows: rowTotal(part, hidden, currency).rows,
        ...rowTotal(part, same, currency),
      };
    }),
  };
}

/** Why it entered: what kept it out before; why it left: what keeps it out now. */
function changeText({ change, reason }: Pick<ChangeGroup, 'change' | 'reason'>): string {
  return change === 'entered' && reason !== 'new' ? `before: ${reasonText(reason)}` : reasonText(reason);
}

function amountOf(part: ReceiptPart, steps: bigint, currency: string): MetricValue {
  return metricValue(whole(steps), part.unit, currency);
}

const pages: Readonly<Record<string, string>> = {
  pipeline_events: 'deals',
  sales: 'sales',
  activities: 'activities',
  renewals: 'records/renewals',
  survey_responses: 'records/survey-responses',
  tasks: 'records/tasks',
};

function linkOf({ page }: ReceiptPart, { link }: Pick<RecordRow, 'link'>): string | null {
  return pages[page] === undefined ? null : `/${pages[page]}/${link}`;
}

/** Sources whose word is a name, shown as it is written. */
const names: ReadonlySet<string> = new Set(['survey_responses', 'partner_list_versions', 'tasks']);

/** What the row is about: its item, company and, where it says something, its own word. */
function whatOf({ source }: ReceiptPart, { item_name, company_name, word }: Pick<RecordRow, 'item_name' | 'company_name' | 'word'>): string {
  const own = source === 'pipeline_events' ? null : names.has(source) ? word : word && labelOf(word);
  return [own, item_name, company_name].filter(Boolean).join(' · ') || labelOf(source).replace(/s$/, '');
}
