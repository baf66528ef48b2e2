import { useMe } from '../api/session.js';
import { useEffect, useState } from 'react';

/**
 * Days and instants as text, in the organisation's zone. Every boundary comes from the server; the browser only writes it down. The order
 * "5 Sep 2017" is read alike everywhere.
 */
const locale = 'en-GB';
// Three letters for every month; British English would write "Sept".
const monthOf = new Intl.DateTimeFormat('en-US', { month: 'short', timeZone: 'UTC' });
const dayMs = 86_400_000;

const noon = (day: string) => new Date(`${day}T12:00:00Z`);

/** "5 Sep 2017" of a day YYYY-MM-DD. */
export function dayText(day: string): string {
  return `${shortDayText(day)} ${day.slice(0, 4)}`;
}

/** "5 Sep" of a day. */
export function shortDayText(day: string): string {
  return `${noon(day).getUTCDate()} ${monthOf.format(noon(day))}`;
}

/** The day before a day. */
export function dayBefore(day: string): string {
  return new Date(noon(day).getTime() - dayMs).toISOString().slice(0, 10);
}

/** Whole days from one day to another; negative when the second lies before the first. */
export function daysFrom(from: string, to: string): number {
  return Math.round((noon(to).getTime() - noon(from).getTime()) / dayMs);
}

/** "today", "in 10 days", "5 days ago". */
export function relativeDay(day: string, today: string): string {
  return new Intl.RelativeTimeFormat('en', { numeric: 'auto' }).format(daysFrom(today, day), 'day');
}

/** Place of a day's start between the first day and the end of the last, 0 to 1, for drawing. */
export function placeOfDay(day: string, first: string, last: string): number {
  return Math.min(1, Math.max(0, daysFrom(first, day) / (daysFrom(first, last) + 1)));
}

/** "15 Aug 2017, 18:00" by the reader's own clock: for pages where nobody is signed in. */
export function ownInstantText(at: string): string {
  const when = new Date(at);
  return `${dayText(new Intl.DateTimeFormat('en-CA').format(when))}, ${new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit' }).format(when)}`;
}

interface OrganisationClock {
  zone: string;
  today: string;
  /** The organisation's now, in milliseconds; ticks each minute. */
  now: number;
  /** "15 Aug 2017, 18:00" in the organisation's zone. */
  instant(at: string): string;
  /** "14:05" when it was today, else the day and the time. */
  moment(at: string): string;
  /** "2 min ago", "in 3 days", ... by the organisation's clock. */
  relative(at: string): string;
  /** The day of an instant in the organisation's zone. */
  dayOf(at: string): string;
}

const steps = [
  ['day', dayMs],
  ['hour', 3_600_000],
  ['minute', 60_000],
] as const;

/** The clock of the organisation: in a demo it stands on another day than the browser's. */
export function useClock(): OrganisationClock {
  const { organisation } = useMe();
  const passed = useMinutes(organisation.now);
  const now = new Date(organisation.now).getTime() + passed;
  const zone = organisation.timeZone;
  const dayOf = (at: string) => new Intl.DateTimeFormat('en-CA', { timeZone: zone }).format(new Date(at));
  const time = (at: string) => new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', timeZone: zone }).format(new Date(at));
  const instant = (at: string) => `${dayText(dayOf(at))}, ${time(at)}`;
  return {
    zone,
    today: organisation.today,
    now,
    dayOf,
    instant,
    moment: (at) => (dayOf(at) === organisation.today ? time(at) : instant(at)),
    relative: (at) => {
      const distance = new Date(at).getTime() - now;
      const [unit, size] = steps.find(([, length]) => Math.abs(distance) >= length) ?? steps[2];
      return new Intl.RelativeTimeFormat('en', { numeric: 'auto' }).format(Math.trunc(distance / size), unit);
    },
  };
}

/** Milliseconds since the page learned the organisation's now, counted in minutes. */
function useMinutes(learned: string): number {
  const [passed, setPassed] = useState({ since: Date.now(), learned, passed: 0 });
  useEffect(() => {
    const since = Date.now();
    setPassed({ since, learned, passed: 0 });
    const timer = setInterval(() => setPassed({ since, learned, passed: Date.now() - since }), 60_000);
    return () => clearInterval(timer);
  }, [learned]);
  return passed.passed;
}
