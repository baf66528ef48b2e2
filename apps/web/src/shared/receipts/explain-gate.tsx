import type { GateView } from '@waymark/contracts';
import { lazy } from 'react';
import { useText } from '../i18n/catalogue.js';
import { ExplainButton } from './explain.js';
import { receiptsText } from './text.js';

const GateReceiptPanel = lazy(() => import('./gate-receipt-panel.js').then((module) => ({ default: module.GateReceiptPanel })));

interface ExplainGateProps {
  gate: Pick<GateView, 'id' | 'name' | 'user' | 'measured' | 'live'>;
  /** The figure of the verdict, as it was frozen; else what is there now. */
  judged?: boolean;
}

/** The receipt of what a gate measures under its own parameters, so that its rows make the figure beside which it stands (MET-08, Q64). */
export function ExplainGate({ gate, judged = false }: ExplainGateProps) {
  const t = useText(receiptsText);
  const figure = judged ? gate.measured : gate.live?.value;
  if (!figure) return null;
  const values = { gate: gate.name, person: gate.user.name };
  return (
    <ExplainButton wide label={judged ? t('gateThen', values) : t('gateNow', values)}>
      <GateReceiptPanel gateId={gate.id} at={judged ? 'verdict' : 'now'} shown={figure.display} />
    </ExplainButton>
  );
}
