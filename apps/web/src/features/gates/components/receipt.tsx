import type { RestrictionMath } from '@waymark/contracts';
import { useText } from '../../../shared/i18n/catalogue.js';
import { useClock } from '../../../shared/i18n/time.js';
import { MathRows } from '../../../shared/receipts/math-rows.js';
import { gatesText } from './text.js';

/** The math behind a verdict: formula, rows counted, rows left out each with its reason. */
export function Receipt({ math }: { math: RestrictionMath }) {
  const t = useText(gatesText);
  const clock = useClock();
  return (
    <details className="wm-details">
      <summary>{t('seeMath', { counted: math.counted.length, left: math.leftOut.length })}</summary>
      <div className="wm-stack">
        <p>
          {t('formula')}: {math.formula}
        </p>
        <p className="wm-muted">{t('facts', { when: clock.instant(math.asOf), known: clock.instant(math.knownUntil) })}</p>
        <MathRows math={math} />
      </div>
    </details>
  );
}
