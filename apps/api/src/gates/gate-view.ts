import type { GateLive, GateView, MetricValue } from '@waymark/contracts';
import { consequenceText, judge, type Judgement, positionIn, restrictionTitle } from '@waymark/gates';
import { displayValue, type Unit, whole } from '@waymark/kernel';
import type { MetricLookup } from '@waymark/metrics';
import { metricValue } from '../metrics/metric-value.js';
import { loadRatio, loadValue, type StoredLive, type StoredResult } from './evaluation.js';
import { goalOf } from './gate-live.service.js';
import type { GateRow } from './gates.repository.js';

/** A gate as its readers see it; the browser renders it and computes nothing. `readerId` chooses between "you" and the name. */
export function gateView(row: GateRow, currency: string, readerId: string | null, metrics: MetricLookup): GateView {
  const asked = row.condition ?? row.live ?? askedBy(row, currency, metrics);
  return {
    id: row.id,
    order: row.step_order,
    name: row.name,
    goalId: row.goal_id,
    goalName: row.goal_name,
    user: { id: row.user_id, name: row.user_name, team: row.team_name },
    metric: asked.subject,
    sentence: asked.sentence,
    deadlineOn: row.deadline_on,
    deadlineAt: row.deadline_at.toISOString(),
    judgeAt: row.judge_at.toISOString(),
    state: row.state as GateView['state'],
    stateReason: row.state_reason,
    blocking: row.blocking,
    consequences: [...row.step.consequences],
    consequenceText: consequenceText(row.step.consequences),
    position: positionIn(row.starts_at, row.ends_at, row.deadline_at),
    needed: metricValue(loadRatio(asked.needed), asked.unit, currency),
    measured: row.condition ? measuredOf(row.condition, currency) : null,
    live: row.live && row.live_at ? liveView(row.live, row.live_at, currency) : null,
    verdict:
      row.outcome && row.judged_at && row.condition
        ? {
            outcome: row.outcome,
            judgedAt: row.judged_at.toISOString(),
            sentence: verdictText(row.condition, row.outcome, currency),
            evidenceHash: row.evidence_hash as string,
          }
        : null,
    restrictions: row.restrictions.map((one) => ({
      id: one.id,
      kind: one.kind,
      state: one.state,
      title: restrictionTitle(one.kind, one.state, row.user_name, row.user_id === readerId),
      gateName: row.name,
      since: new Date(one.starts_at).toISOString(),
    })),
  };
}

export function measuredOf(result: Pick<StoredResult, 'measured' | 'unit'>, currency: string): MetricValue {
  return metricValue(loadValue(result.measured), result.unit, currency);
}

export function liveView(live: StoredLive, at: Date, currency: string): GateLive {
  return {
    value: measuredOf(live, currency),
    gap: live.gap === null ? null : metricValue(loadRatio(live.gap), live.unit, currency),
    holds: live.holds,
    at: at.toISOString(),
    text: live.text,
  };
}

/** What a gate asks before anything was measured: its first condition judged by nothing. */
function askedBy(
  row: GateRow,
  currency: string,
  metrics: MetricLookup,
): { subject: string; sentence: string; needed: { num: string; den: string }; unit: Unit } {
  const judgement: Judgement = judge(row.step, goalOf(row, currency, metrics), new Map());
  const { subject, sentence, needed, unit } = judgement.decisive;
  return { subject, sentence, unit, needed: { num: needed.num.toString(), den: needed.den.toString() } };
}

function verdictText(condition: StoredResult, outcome: string, currency: string): string {
  const measured = displayValue(loadValue(condition.measured), condition.unit, currency);
  if (outcome === 'not_evaluable') return `${condition.subject}: there was no number to judge by.`;
  if (condition.note === 'target_won') return `The target was already won; the pipeline was ${measured}.`;
  return `${condition.subject} was ${measured}; the gate needed ${displayValue(loadRatio(condition.needed), condition.unit, currency)}.`;
}

/** A whole amount in steps of a unit. */
export function amountOf(steps: bigint, unit: Unit, currency: string): MetricValue {
  return metricValue(whole(steps), unit, currency);
}
