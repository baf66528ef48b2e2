import { createContext, type ReactNode, useContext, useMemo, useState } from 'react';
import { ProblemError } from '../api/client.js';
import { useMe } from '../api/session.js';
import { useText } from '../i18n/catalogue.js';
import { uiText } from '../i18n/ui-text.js';
import { Modal } from './controls.js';
import { AppLink } from './link.js';

/** What a refusal says about the restriction in the way (GATE-08). */
interface Refusal {
  id: string;
  gateName: string;
  measured: string | null;
  needed: string | null;
  waysOut: string[];
  sentence: string;
}

const RefusalContext = createContext<(error: unknown) => boolean>(() => false);

/** Opens the summary of the restriction when the error is a refusal by one; answers whether it was. */
export function useRefusalPanel(): (error: unknown) => boolean {
  return useContext(RefusalContext);
}

/** Wherever the server refuses an action because of a restriction, its summary opens with the way to its page. */
export function RefusalPanel({ children }: { children: ReactNode }) {
  const t = useText(uiText);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const open = useMemo(
    () => (error: unknown) => {
      if (!(error instanceof ProblemError) || error.problem.code !== 'restricted' || !error.problem.restriction) return false;
      setRefusal({ ...(error.problem.restriction as unknown as Omit<Refusal, 'sentence'>), sentence: error.problem.detail });
      return true;
    },
    [],
  );
  const close = () => setRefusal(null);
  return (
    <RefusalContext.Provider value={open}>
      {children}
      <Modal opened={refusal !== null} onClose={close} title={t('stopped.title')} closeButtonProps={{ 'aria-label': t('close') }}>
        {refusal && <RefusalSummary refusal={refusal} close={close} />}
      </Modal>
    </RefusalContext.Provider>
  );
}

function RefusalSummary({ refusal, close }: { refusal: Refusal; close: () => void }) {
  const t = useText(uiText);
  return (
    <div className="wm-stack">
      <p>{refusal.sentence}</p>
      <dl className="wm-facts">
        <div>
          <dt>{t('stopped.gate')}</dt>
          <dd>{refusal.gateName}</dd>
        </div>
        {refusal.measured && (
          <div>
            <dt>{t('stopped.measured')}</dt>
            <dd>{refusal.measured}</dd>
          </div>
        )}
        {refusal.needed && (
          <div>
            <dt>{t('stopped.needed')}</dt>
            <dd>{refusal.needed}</dd>
          </div>
        )}
      </dl>
      {refusal.waysOut.length > 0 && (
        <>
          <h3>{t('stopped.ways')}</h3>
          <ul>
            {refusal.waysOut.map((way) => (
              <li key={way}>{way}</li>
            ))}
          </ul>
        </>
      )}
      <span onClickCapture={close}>
        <AppLink to={`/restrictions/${refusal.id}`}>{t('stopped.open')}</AppLink>
      </span>
    </div>
  );
}

/** The own restriction that keeps deals from being created now, or null. */
export function useOwnBlock() {
  const { restrictions } = useMe();
  return restrictions.find(({ kind, state }) => state === 'in_force' && (kind === 'action_block' || kind === 'account_lock')) ?? null;
}

/**
 * A button for something that a restriction may pause. Paused, it stays in its place and takes the focus, says by which gate, and leads to the
 * reason (Q60, ux 2.8).
 */
export function GuardedButton({ children, onClick }: { children: ReactNode; onClick: () => void }) {
  const t = useText(uiText);
  const block = useOwnBlock();
  if (!block)
    return (
      <button type="button" className="wm-button wm-primary" onClick={onClick}>
        {children}
      </button>
    );
  return (
    <span className="wm-guarded">
      <button type="button" className="wm-button wm-primary" aria-disabled="true" aria-describedby="wm-paused">
        {children}
      </button>
      <span id="wm-paused" className="wm-paused">
        {t('stopped.paused', { gate: block.gateName })} — <AppLink to={`/restrictions/${block.id}`}>{t('stopped.seeWhy')}</AppLink>
      </span>
    </span>
  );
}
