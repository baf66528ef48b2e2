import type { PartnerList } from '@waymark/contracts';
import { catalogue, useText } from '../../../shared/i18n/catalogue.js';
import messages from '../../../shared/i18n/en/partner-lists.json' with { type: 'json' };
import { MarkIcon } from '../../../shared/ui/chips.js';
import { goalMarks } from '../../../shared/ui/icons.js';

export const listsText = catalogue('partner-lists', messages);
export const listStates = ['open', 'overdue', 'sent', 'closed'] as const;

const marks = { open: goalMarks.none, overdue: goalMarks.behind, sent: goalMarks.achieved, closed: goalMarks.none };

/** State of a list: icon and word, and for an overdue one since when. */
export function StateWord({ list }: { list: Pick<PartnerList, 'state' | 'daysOverdue'> }) {
  const t = useText(listsText);
  const { state, daysOverdue } = list;
  const text = state !== 'overdue' ? t(`state.${state}`) : daysOverdue === 1 ? t('day') : t('days', { days: daysOverdue });
  return (
    <span className="wm-chip">
      <MarkIcon mark={marks[state]} /> {text}
    </span>
  );
}
