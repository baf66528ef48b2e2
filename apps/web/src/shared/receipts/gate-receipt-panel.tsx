import { useQuery } from '@tanstack/react-query';
import type { GateReceipt } from '@waymark/contracts';
import { useText } from '../i18n/catalogue.js';
import { dayText, useClock } from '../i18n/time.js';
import { Facts } from '../ui/page.js';
import { Loaded } from '../ui/states.js';
import { MathRows } from './math-rows.js';
import { gateReceiptQuery } from './queries.js';
import { NotTheSame, ReceiptPanel } from './receipt-panel.js';
import { receiptsText } from './text.js';

interface PanelProps {
  gateId: string;
  at: GateReceipt['at'];
  shown: string;
}

/** What a gate asks and what it found: the rows of its own question, or the receipt of the metric that it reads. */
export function GateReceiptPanel({ gateId, at, shown }: PanelProps) {
  const t = useText(receiptsText);
  const receipt = useQuery(gateReceiptQuery(gateId, at));
  return (
    <Loaded query={receipt} lines={8}>
      {(data) =>
        data.number ? (
          <div className="wm-stack">
            <p>{t('gateAsks', { sentence: data.sentence })}</p>
            <ReceiptPanel asked={data.number} shown={shown} />
          </div>
        ) : (
          <OwnQuestion receipt={data} shown={shown} />
        )
      }
    </Loaded>
  );
}

function OwnQuestion({ receipt, shown }: { receipt: GateReceipt; shown: string }) {
  const t = useText(receiptsText);
  const clock = useClock();
  const { measured, math, window } = receipt;
  return (
    <div className="wm-stack">
      <p className="wm-kpi-value">{measured.display}</p>
      <NotTheSame value={measured} shown={shown} />
      <Facts
        items={[
          [t('asks'), receipt.sentence],
          [t('needed'), receipt.needed.display],
          [t('window'), t('windowText', { from: dayText(window.from), to: dayText(window.to), zone: window.timeZone })],
          ...(math ? ([[t('computed'), clock.instant(math.asOf)]] as [string, string][]) : []),
        ]}
      />
      <p className="wm-muted">{t('conditions', { list: receipt.conditions.join(', ') })}</p>
      {math && <MathRows math={math} />}
    </div>
  );
}
