import type { Goal } from '@waymark/contracts';
import type { CSSProperties } from 'react';
import { useText } from '../i18n/catalogue.js';
import { uiText } from '../i18n/ui-text.js';

type MeterGoal = Pick<Goal, 'value' | 'target' | 'stretch' | 'progress' | 'shownProgress' | 'expectedProgress' | 'baseline'>;

/** Percent with at most one decimal, cut off, so that 99.97 never reads 100. */
export function shortPercent(percent: string): string {
  return percent.replace(/(\.\d)\d+$/, '$1').replace(/\.0$/, '');
}

/** How much of the target is there, with the tick where the pace says it should be today. Above 100 % the bar reaches to the stretch. */
export function Meter({ goal, compact = false }: { goal: MeterGoal; compact?: boolean }) {
  const t = useText(uiText);
  const progress = goal.progress === null ? null : shortPercent(goal.progress);
  const expected = goal.expectedProgress === null ? null : shortPercent(goal.expectedProgress);
  const values = { value: goal.value.display, target: goal.target.display, progress };
  const reached = Number(goal.progress ?? 0);
  const scale = reached > 100 ? Math.max(reached, stretchPercent(goal)) : 100;
  const style = {
    '--fill': Math.max(0, reached) / scale,
    '--pace': Math.min(scale, Number(goal.expectedProgress ?? 0)) / scale,
    '--full': 100 / scale,
  } as CSSProperties;
  const label = [progress === null ? t('bar.meterNone', values) : t('bar.meter', values), expected === null ? '' : t('bar.pace', { expected })]
    .filter(Boolean)
    .join('. ');
  return (
    <div className="wm-meter-box">
      <div className="wm-meter" role="img" aria-label={label} style={style}>
        <span className="wm-meter-fill" />
        {expected !== null && <span className="wm-meter-pace" />}
        {scale > 100 && <span className="wm-meter-full" />}
      </div>
      <p className="wm-meter-text" aria-hidden="true">
        <span>
          {t('bar.of', values)}
          {progress !== null && <strong> · {t('bar.percent', { progress })}</strong>}
        </span>
        {expected !== null && !compact && <span className="wm-muted wm-pace-text">{t('bar.paceTick', { expected })}</span>}
      </p>
    </div>
  );
}

function stretchPercent({ stretch, target, baseline }: MeterGoal): number {
  const [far, near, from] = [Number(stretch?.value ?? 0), Number(target.value), Number(baseline.value)];
  return stretch && near !== from ? (100 * (far - from)) / (near - from) : 100;
}
