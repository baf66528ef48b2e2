import type { Goal, GoalHistoryEntry, GoalProgress, MetricValue } from '@waymark/contracts';
import { paceText, percentText, shownProgress, statusText, type StatusReason } from '@waymark/goals';
import { none, type NoneReason, ratio, whole } from '@waymark/kernel';
import type { Metric } from '@waymark/metrics';
import { metricValue } from '../metrics/metric-value.js';
import type { ComputedGoal } from './goal-facts.repository.js';
import type { GoalRow } from './goals.repository.js';

/** The value columns of a goal or history row as they go over the wire. */
type Valued = Pick<ComputedGoal, 'value_num' | 'value_den' | 'value_reason' | 'progress_bp' | 'expected_bp'>;

function valueOf(row: Valued, metric: Metric, currency: string): MetricValue {
  if (row.value_num !== null) return metricValue(ratio(BigInt(row.value_num), BigInt(row.value_den ?? '1')), metric.unit, currency);
  return metricValue(none((row.value_reason ?? 'not_yet') as NoneReason), metric.unit, currency);
}

const big = (text: string | null) => (text === null ? null : BigInt(text));
const percent = (text: string | null) => (text === null ? null : percentText(BigInt(text)));

/** What a value of a locked period would be by what is known since; null when that is the locked value (MET-10, Q25). */
function restatementOf(row: GoalRow, metric: Metric, currency: string): Goal['restatement'] {
  if (row.restated_at === null) return null;
  const restated = { ...row, value_num: row.restated_num, value_den: row.restated_den, value_reason: row.restated_reason };
  const [locked, now] = [valueOf(row, metric, currency), valueOf(restated, metric, currency)];
  return locked.value === now.value && locked.reason === now.reason ? null : { value: now, restatedAt: row.restated_at.toISOString() };
}

/** A goal as its readers see it; the browser renders it and computes nothing. */
export function goalView(row: GoalRow, metric: Metric, currency: string, canEdit: boolean): Goal {
  const amount = (text: string) => metricValue(whole(BigInt(text)), metric.unit, currency);
  const reason = row.state === 'cancelled' ? 'cancelled' : row.status_reason;
  return {
    id: row.id,
    name: row.name,
    type: 'metric',
    metric: row.metric,
    metricLabel: metric.label,
    unit: metric.unit,
    direction: 'increase',
    period: { id: row.period_id, name: row.period_name, startsOn: row.period_starts_on, endsOn: row.period_ends_on, state: row.period_state },
    owner: { kind: row.owner_user_id ? 'user' : 'team', id: (row.owner_user_id ?? row.owner_team_id) as string, name: row.owner_name },
    baseline: amount(row.baseline),
    target: amount(row.target),
    stretch: row.stretch === null ? null : amount(row.stretch),
    value: valueOf(row, metric, currency),
    progress: percent(row.progress_bp),
    shownProgress: shownProgress(big(row.progress_bp)),
    expectedProgress: percent(row.expected_bp),
    pace: paceText(big(row.progress_bp), big(row.expected_bp)),
    status: row.state === 'cancelled' ? null : row.status,
    statusReason: reason,
    statusText: statusText(row.status, reason as StatusReason | null),
    computedAt: row.computed_at?.toISOString() ?? null,
    restatement: restatementOf(row, metric, currency),
    state: row.state,
    canEdit,
    version: row.version,
  };
}

export function progressView(goal: Goal): GoalProgress {
  const { id, value, target, progress, shownProgress: shown, expectedProgress, pace, status, statusReason, statusText: text, computedAt } = goal;
  return { goalId: id, value, target, progress, shownProgress: shown, expectedProgress, pace, status, statusReason, statusText: text, computedAt };
}

export function historyView(
  row: Omit<ComputedGoal, 'id'> & { recorded_at: Date; target: string },
  metric: Metric,
  currency: string,
): GoalHistoryEntry {
  return {
    recordedAt: row.recorded_at.toISOString(),
    value: valueOf(row, metric, currency),
    target: metricValue(whole(BigInt(row.target)), metric.unit, currency),
    progress: percent(row.progress_bp),
    expectedProgress: percent(row.expected_bp),
    status: row.status as GoalHistoryEntry['status'],
    statusReason: row.status_reason,
  };
}
