import { canonicalJson, type Judgement } from '@waymark/gates';
import { createHash } from 'node:crypto';
import { type StoredResult, storeResult } from './evaluation.js';
import type { EvidenceRow } from './gate-facts.repository.js';
import type { DueGate } from './verdicts.repository.js';

/** The frozen basis of a verdict: what was asked, what was found, and every row that was looked at. */
export interface Evidence {
  gate: { id: string; name: string; order: number; deadlineOn: string; deadlineAt: string; judgeAt: string };
  goal: { id: string; metric: string; target: string | null };
  policy: { versionId: string; number: number };
  period: { id: string; name: string; startsOn: string; endsOn: string };
  userId: string;
  currency: string;
  outcome: string;
  conditions: StoredResult[];
  /** Place of the condition that decided. */
  decisive: number;
  rows: Record<string, { counted: EvidenceRow[]; leftOut: EvidenceRow[] }>;
}

/** Puts the evidence together; equal facts give equal text and an equal hash, whenever the run takes place. */
export function evidenceOf(
  gate: DueGate,
  judgement: Judgement,
  rows: ReadonlyMap<string, ReadonlyMap<string, readonly EvidenceRow[]>>,
  currency: string,
): { text: string; hash: string } {
  const evidence: Evidence = {
    gate: {
      id: gate.id,
      name: gate.name,
      order: gate.step_order,
      deadlineOn: gate.deadline_on,
      deadlineAt: gate.deadline_at.toISOString(),
      judgeAt: gate.judge_at.toISOString(),
    },
    goal: { id: gate.goal_id, metric: gate.goal_metric, target: gate.target },
    policy: { versionId: gate.policy_version_id, number: gate.version_number },
    period: { id: gate.period_id, name: gate.period_name, startsOn: gate.starts_on, endsOn: gate.ends_on },
    userId: gate.user_id,
    currency,
    outcome: judgement.outcome,
    conditions: judgement.conditions.map((result, n) => storeResult(gate.step.conditions[n]?.type ?? '', result)),
    decisive: judgement.conditions.indexOf(judgement.decisive),
    rows: Object.fromEntries(
      judgement.conditions.map((result) => [result.reading.key, splitRows(rows.get(result.reading.key)?.get(gate.user_id) ?? [])]),
    ),
  };
  const text = canonicalJson(evidence);
  return { text, hash: createHash('sha256').update(text).digest('hex') };
}

function splitRows(rows: readonly EvidenceRow[]): { counted: EvidenceRow[]; leftOut: EvidenceRow[] } {
  return { counted: rows.filter((row) => row.reason === null), leftOut: rows.filter((row) => row.reason !== null) };
}
