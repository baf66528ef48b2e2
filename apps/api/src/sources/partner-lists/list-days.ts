import type { CorrectPartnerList } from '@waymark/contracts';
import { addDays, type Day, startOfDay } from '@waymark/kernel';
import { invalid } from '../../platform/http/validation.js';

/** What people know of a list. */
export interface ListState {
  name: string;
  ownerId: string;
  partners: number | null;
  openedOn: Day;
  dueOn: Day | null;
  sentOn: Day | null;
  closedOn: Day | null;
  closedBy: 'person' | 'item' | null;
  note: string | null;
}

/** The instants that follow from its days: what metrics count by. */
export interface ListInstants {
  opened_at: Date;
  sent_at: Date | null;
  closed_at: Date | null;
  /** Sent or closed, whichever came first. */
  ended_at: Date | null;
  /** The beginning of the day after the due day, where the list had not ended by then (Q84). */
  late_at: Date | null;
}

/** Days begin in the zone of the organisation. A list that ended before it was opened ended when it was opened. */
export function instantsOf(state: ListState, zone: string): ListInstants {
  const start = (day: Day | null) => (day === null ? null : startOfDay(day, zone));
  const opened_at = startOfDay(state.openedOn, zone);
  const [sent_at, closed_at] = [start(state.sentOn), start(state.closedOn)];
  const ends = [sent_at, closed_at].filter((at) => at !== null).map((at) => (at < opened_at ? opened_at : at));
  const ended_at = ends.sort((a, b) => a.getTime() - b.getTime())[0] ?? null;
  const late = state.dueOn === null ? null : startOfDay(addDays(state.dueOn, 1), zone);
  return { opened_at, sent_at, closed_at, ended_at, late_at: late !== null && (ended_at === null || late < ended_at) ? late : null };
}

/** The next state: what is told on top of what was. Throws `invalid` for days ahead and for a list that is sent before it was agreed. */
export function listState(before: ListState, told: CorrectPartnerList, today: Day): ListState {
  const closedOn = told.closedOn === undefined ? before.closedOn : told.closedOn;
  const next: ListState = {
    name: told.name ?? before.name,
    ownerId: told.ownerId ?? before.ownerId,
    partners: told.partnerListSize === undefined ? before.partners : told.partnerListSize,
    openedOn: told.openedOn ?? before.openedOn,
    dueOn: told.partnerListDueDate === undefined ? before.dueOn : told.partnerListDueDate,
    sentOn: told.partnerListSentDate === undefined ? before.sentOn : told.partnerListSentDate,
    closedOn,
    closedBy: closedOn === null ? null : told.closedOn === undefined ? before.closedBy : 'person',
    note: told.note === undefined ? before.note : told.note,
  };
  const days: [string, Day | null][] = [
    ['openedOn', next.openedOn],
    ['partnerListSentDate', next.sentOn],
    ['closedOn', next.closedOn],
  ];
  for (const [field, day] of days)
    if (day !== null && day > today) throw invalid([{ field, code: 'future', message: `${field} must not lie after today, ${today}` }]);
  if (next.sentOn !== null && next.sentOn < next.openedOn)
    throw invalid([
      { field: 'partnerListSentDate', code: 'order', message: `partnerListSentDate must not lie before the list was agreed, ${next.openedOn}` },
    ]);
  return next;
}
