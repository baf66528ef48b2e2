import type { GateView } from '@waymark/contracts';
import { Explain } from './explain.js';

interface ExplainGateProps {
  gate: GateView;
  /** The first day of the period. */
  from: string;
  /** The figure at the verdict, as the facts were known then; else what is there now. */
  judged?: boolean;
}

/** The receipt of what a gate measured, or of what is there now: of its person, from the beginning of the period to the deadline, or to today after it. */
export function ExplainGate({ gate, from, judged = false }: ExplainGateProps) {
  const figure = judged ? gate.measured : (gate.live?.value ?? gate.measured);
  if (!figure) return null;
  const verdict = judged || !gate.live ? gate.verdict : null;
  const seen = gate.live?.at.slice(0, 10) ?? gate.deadlineOn;
  const to = !verdict && seen > gate.deadlineOn ? seen : gate.deadlineOn;
  const asked = { metric: gate.metric, ownerId: gate.user.id, from, to, ...(verdict && { asOf: verdict.judgedAt }) };
  return <Explain asked={asked} label={`${gate.name}, ${gate.user.name}`} shown={figure.display} />;
}
