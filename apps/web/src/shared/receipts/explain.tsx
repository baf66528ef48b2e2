import { Info } from 'lucide-react';
import { lazy, type ReactNode, Suspense, useState } from 'react';
import { useText } from '../i18n/catalogue.js';
import { receiptsText } from './text.js';
import { Modal } from '../ui/controls.js';
import { Skeleton } from '../ui/states.js';
import type { NumberAsked } from './queries.js';

const ReceiptPanel = lazy(() => import('./receipt-panel.js').then((module) => ({ default: module.ReceiptPanel })));

interface ExplainProps {
  asked: NumberAsked;
  /** What the figure is called where it stands. */
  label: string;
  /** The figure as it stands there: a receipt that says another one says so. */
  shown?: string;
}

/** The way from a figure to its receipt ("See the math"): formula, the numbers put in, what was left out and why, and the records (MET-08). */
export function Explain({ asked, label, shown }: ExplainProps) {
  return (
    <ExplainButton label={label}>
      <ReceiptPanel asked={asked} shown={shown} />
    </ExplainButton>
  );
}

/** The mark beside a figure; what explains it is loaded when it is opened. */
export function ExplainButton({ label, wide = false, children }: { label: string; wide?: boolean; children: ReactNode }) {
  const t = useText(receiptsText);
  const [open, setOpen] = useState(false);
  const close = () => setOpen(false);
  return (
    <>
      <button
        type="button"
        className="wm-icon-button wm-explain"
        aria-label={t('explain', { label })}
        aria-haspopup="dialog"
        onClick={() => setOpen(true)}
      >
        <Info size={16} aria-hidden="true" />
      </button>
      <Modal.Root opened={open} onClose={close} size={wide ? 'xl' : 'lg'}>
        <Modal.Overlay />
        <Modal.Content>
          <Modal.Body>
            <div className="wm-card-head wm-dialog-head">
              <Modal.Title>{t('explain', { label })}</Modal.Title>
              <Modal.CloseButton aria-label={t('close')} />
            </div>
            <Suspense fallback={<Skeleton lines={8} />}>{children}</Suspense>
          </Modal.Body>
        </Modal.Content>
      </Modal.Root>
    </>
  );
}
