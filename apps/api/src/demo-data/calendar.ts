import { addDays as daysLater, type Day, daysBetween, startOfDay } from '@waymark/kernel';

const first: Day = '1970-01-01';
const places = new Map<Day, number>();
const days = new Map<number, Day>();

/** How many days after the first of all. */
function placeOf(day: Day): number {
  let place = places.get(day);
  if (place === undefined) places.set(day, (place = daysBetween(first, day)));
  return place;
}

/** The day `n` days later, as the kernel says it, remembered: the same few hundred days are asked for a million times. */
export function addDays(day: Day, n: number): Day {
  const place = placeOf(day) + n;
  let later = days.get(place);
  if (later === undefined) days.set(place, (later = daysLater(first, place)));
  return later;
}

/** Monday 1 to Sunday 7; the first of all days was a Thursday. */
function weekdayOf(day: Day): number {
  return ((((placeOf(day) + 3) % 7) + 7) % 7) + 1;
}

/** Days and instants of the organisation that the data is made for. */
export class DemoCalendar {
  private readonly starts = new Map<Day, number>();

  constructor(
    /** The day on which the data is looked at. Nothing has happened on it yet: the last facts lie on the working day before. */
    readonly today: Day,
    readonly zone: string,
  ) {}

  /** The working day (Monday to Friday) at or before the day. */
  workdayBefore(day: Day): Day {
    return addDays(day, -Math.max(0, weekdayOf(day) - 5));
  }

  /** The working day at or after the day. */
  workdayAfter(day: Day): Day {
    return weekdayOf(day) > 5 ? addDays(day, 8 - weekdayOf(day)) : day;
  }

  /** The last working day before today. */
  get yesterday(): Day {
    return this.workdayBefore(addDays(this.today, -1));
  }

  /** `n` days before today, on a working day, never later than yesterday. */
  ago(n: number): Day {
    const day = this.workdayAfter(addDays(this.today, -n));
    return day > this.yesterday ? this.yesterday : day;
  }

  /** `n` days after the day, on a working day. */
  later(day: Day, n: number): Day {
    return this.workdayAfter(addDays(day, n));
  }

  /** `n` working days after the day, n at least 0. */
  workdaysLater(day: Day, n: number): Day {
    let at = this.workdayAfter(day);
    for (let left = n; left > 0; left -= 1) at = this.workdayAfter(addDays(at, 1));
    return at;
  }

  /** The instant so many minutes after the beginning of the day, as RFC 3339 text. */
  at(day: Day, minutes: number): string {
    let start = this.starts.get(day);
    if (start === undefined) this.starts.set(day, (start = startOfDay(day, this.zone).getTime()));
    return new Date(start + minutes * 60_000).toISOString();
  }
}

/** First day of the quarter of the day, `quarters` later (earlier when negative). */
export function quarterStart(day: Day, quarters = 0): Day {
  const month = Number(day.slice(0, 4)) * 12 + Math.floor((Number(day.slice(5, 7)) - 1) / 3) * 3 + 3 * quarters;
  return `${String(Math.floor(month / 12)).padStart(4, '0')}-${String((month % 12) + 1).padStart(2, '0')}-01`;
}
