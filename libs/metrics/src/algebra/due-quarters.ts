import { addDays, type Day, dayOf, startOfDay, type Window } from '@waymark/kernel';

/** A fiscal quarter: half-open instants, the start of its last day, and the places of its first day and of the one after its last, counted from 1. */
export interface Quarter {
  first: number;
  end: number;
  from: Date;
  due: Date;
  to: Date;
}

/** Quarters that follow each other, and the starts of all their days. */
export interface DueQuarters {
  days: readonly Date[];
  quarters: readonly Quarter[];
}

/** The months in which fiscal quarters begin follow from the first month of the fiscal year, 1 to 12. */
export interface FiscalCalendar {
  startMonth: number;
  zone: string;
}

/**
 * The fiscal quarters whose last day lies in the window and that have begun by `now` (Q30): a quarter ahead owes nothing yet. `since` is an instant
 * before which nothing is known; quarters that ended before it are left out.
 */
export function dueQuarters(window: Window, { startMonth, zone }: FiscalCalendar, now: Date, since: Date): DueQuarters {
  const days: Date[] = [];
  const quarters: Quarter[] = [];
  const begin = since > window.from ? since : window.from;
  let day = quarterOf(dayOf(begin, zone), startMonth);
  for (;;) {
    const next = monthsLater(day, 3);
    const to = startOfDay(next, zone);
    const from = startOfDay(day, zone);
    if (to > window.to || from > now) return { days, quarters };
    const due = startOfDay(addDays(next, -1), zone);
    if (due >= window.from) {
      const first = days.length + 1;
      for (let on = day; on < next; on = addDays(on, 1)) days.push(startOfDay(on, zone));
      quarters.push({ first, end: days.length + 1, from, due, to });
    }
    day = next;
  }
}

/** The first day of the fiscal quarter that holds the day. */
function quarterOf(day: Day, startMonth: number): Day {
  const month = Number(day.slice(5, 7));
  return monthsLater(`${day.slice(0, 7)}-01`, -((month - startMonth + 12) % 3));
}

/** The first of the month that lies so many months later. */
function monthsLater(first: Day, months: number): Day {
  const month = Number(first.slice(0, 4)) * 12 + Number(first.slice(5, 7)) - 1 + months;
  return `${String(Math.floor(month / 12)).padStart(4, '0')}-${String((month % 12) + 1).padStart(2, '0')}-01`;
}
