import { describe, expect, it } from '@jest/globals';
import { isMostlyAway, workingDaysAway, workingDaysOf } from './presence.js';
import { compareRatios, whole } from './share.js';
import type { Calendar } from './working-days.js';

/** March 2026 begins on a Sunday and has 22 working days, 21 with a holiday on Friday the 6th. */
const calendar: Calendar = { workingDays: [1, 2, 3, 4, 5], holidays: new Set(['2026-03-06']) };
const march = ['2026-03-01', '2026-04-01'] as const;

describe('the working days of a person', () => {
  it.each<[string, { from: string; until: string | null }[], number]>([
    ['none', [], 0],
    ['Monday to Sunday, of which the holiday is none', [{ from: '2026-03-02', until: '2026-03-09' }], 4],
    ['a weekend', [{ from: '2026-03-07', until: '2026-03-09' }], 0],
    ['the last day alone, the first day back being outside', [{ from: '2026-03-31', until: '2026-04-01' }], 1],
    ['one that began before and has no end', [{ from: '2025-12-01', until: null }], 21],
    ['one that ends on the first day of the window', [{ from: '2026-02-01', until: '2026-03-01' }], 0],
    ['one that begins behind the window', [{ from: '2026-04-01', until: null }], 0],
    [
      'two that overlap, told in the wrong order: 9 to 13 and 11 to 17 March are seven days',
      [
        { from: '2026-03-11', until: '2026-03-18' },
        { from: '2026-03-09', until: '2026-03-14' },
      ],
      7,
    ],
    [
      'one inside another: 9 to 20 March are ten days',
      [
        { from: '2026-03-09', until: '2026-03-21' },
        { from: '2026-03-11', until: '2026-03-12' },
      ],
      10,
    ],
  ])('PLAT-04 (absences) counts each working day away once: %s', (_what, absences, days) => {
    expect(workingDaysAway(calendar, absences, ...march)).toBe(days);
  });

  it('PLAT-04 (work fraction) a person works the days of the calendar less the absences, times the work fraction, exactly', () => {
    const away = [{ from: '2026-03-02', until: '2026-03-09' }];
    expect(compareRatios(workingDaysOf(calendar, { workPercent: 100, absences: [] }, ...march), whole(21n))).toBe(0);
    expect(compareRatios(workingDaysOf(calendar, { workPercent: 100, absences: away }, ...march), whole(17n))).toBe(0);
    // 17 x 0.33 = 5.61
    expect(compareRatios(workingDaysOf(calendar, { workPercent: 33, absences: away }, ...march), { num: 561n, den: 100n })).toBe(0);
    expect(compareRatios(workingDaysOf(calendar, { workPercent: 80, absences: [{ from: '2026-01-01', until: null }] }, ...march), whole(0n))).toBe(0);
  });

  it('PLAT-04 (absences) away over half of a window means more than half of its working days', () => {
    const weeks = ['2026-03-09', '2026-03-23'] as const; // ten working days
    const away = (until: string) => [{ from: '2026-03-09', until }];
    expect(isMostlyAway(calendar, away('2026-03-14'), ...weeks)).toBe(false); // 5 of 10
    expect(isMostlyAway(calendar, away('2026-03-16'), ...weeks)).toBe(false); // the weekend adds nothing
    expect(isMostlyAway(calendar, away('2026-03-17'), ...weeks)).toBe(true); // 6 of 10
    expect(isMostlyAway(calendar, [{ from: '2026-03-01', until: null }], '2026-03-07', '2026-03-09')).toBe(false); // a weekend only
  });
});
