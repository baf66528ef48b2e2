import type { Goal } from '@waymark/contracts';
import { useText } from '../../../shared/i18n/catalogue.js';
import { uiText } from '../../../shared/i18n/ui-text.js';
import { MarkIcon } from '../../../shared/ui/chips.js';
import { goalMarks } from '../../../shared/ui/icons.js';
import { goalsText } from './text.js';

type Status = NonNullable<Goal['status']> | 'none';
const order: readonly Status[] = ['behind', 'at_risk', 'on_track', 'achieved', 'exceeded', 'none'];

/** One toggle per status that occurs, with its count; pressing the chosen one again shows all. */
export function StatusToggles({
  goals,
  chosen,
  choose,
}: {
  goals: Goal[];
  chosen: Status | undefined;
  choose: (status: Status | undefined) => void;
}) {
  const t = useText(goalsText);
  const ui = useText(uiText);
  const counted = order.map((status) => [status, goals.filter((goal) => (goal.status ?? 'none') === status).length] as const);
  return (
    <div className="wm-chips" role="group" aria-label={t('status')}>
      {counted
        .filter(([status, count]) => count > 0 || status === chosen)
        .map(([status, count]) => (
          <button
            key={status}
            type="button"
            className="wm-toggle"
            aria-pressed={status === chosen}
            onClick={() => choose(status === chosen ? undefined : status)}
          >
            <MarkIcon mark={goalMarks[status]} /> {t('statusCount', { status: ui(`status.${status}`), count })}
          </button>
        ))}
    </div>
  );
}
