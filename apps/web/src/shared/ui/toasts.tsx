import { X } from 'lucide-react';
import { createContext, type ReactNode, useCallback, useContext, useMemo, useRef, useState } from 'react';
import { useText } from '../i18n/catalogue.js';
import { uiText } from '../i18n/ui-text.js';

interface Toast {
  id: number;
  text: string;
}

const shownMs = 6000;
const mostToasts = 3;
const ToastContext = createContext<(text: string) => void>(() => undefined);

/** Says something in passing; whatever it says also stands somewhere permanent. */
export function useToast(): (text: string) => void {
  return useContext(ToastContext);
}

/** Short messages at the bottom left, read out politely; they stay while pointed at or focused. */
export function Toasts({ children }: { children: ReactNode }) {
  const t = useText(uiText);
  const [toasts, setToasts] = useState<Toast[]>([]);
  const nextId = useRef(1);
  const held = useRef(false);
  const drop = useCallback((id: number) => setToasts((shown) => shown.filter((toast) => toast.id !== id)), []);
  const dropLater = useCallback(
    (id: number) => {
      setTimeout(() => (held.current ? dropLater(id) : drop(id)), shownMs);
    },
    [drop],
  );
  const say = useMemo(
    () => (text: string) => {
      const id = nextId.current++;
      setToasts((shown) => [...shown.slice(1 - mostToasts), { id, text }]);
      dropLater(id);
    },
    [dropLater],
  );
  const hold = (on: boolean) => () => {
    held.current = on;
  };
  return (
    <ToastContext.Provider value={say}>
      {children}
      <div
        className="wm-toasts"
        role="status"
        aria-label={t('toasts')}
        onMouseEnter={hold(true)}
        onMouseLeave={hold(false)}
        onFocus={hold(true)}
        onBlur={hold(false)}
      >
        {toasts.map((toast) => (
          <div key={toast.id} className="wm-toast">
            <span>{toast.text}</span>
            <button type="button" className="wm-icon-button" aria-label={t('dismiss')} onClick={() => drop(toast.id)}>
              <X size={16} aria-hidden="true" />
            </button>
          </div>
        ))}
      </div>
    </ToastContext.Provider>
  );
}
