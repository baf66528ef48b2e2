import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { addDays } from './day.js';
import { addWorkingDays, isWorkingDay, workingDaysBetween, type Calendar } from './working-days.js';

fc.configureGlobal({ seed: 20_261_121 }); // the same cases in every run

const calendar = (...holidays: string[]): Calendar => ({ workingDays: [1, 2, 3, 4, 5], holidays: new Set(holidays) });

describe('working days', () => {
  it('PLAT-02 (working days) leave out weekends and holidays', () => {
    // 4 September 2017 is a Monday and Labor Day.
    const september = calendar('2017-09-04');
    expect(['2017-09-01', '2017-09-02', '2017-09-03', '2017-09-04', '2017-09-05'].map((day) => isWorkingDay(september, day))).toEqual([
      true,
      false,
      false,
      false,
      true,
    ]);
    expect(workingDaysBetween(september, '2017-09-01', '2017-09-05')).toBe(1);
    expect(workingDaysBetween(september, '2017-09-01', '2017-09-06')).toBe(2);
  });

  it('PLAT-02 (working days) counts the third quarter of 2017 as 65 days, and a holiday on a Sunday changes nothing', () => {
    // 92 days from Saturday 1 July: 13 weeks of five, and a last Saturday.
    expect(workingDaysBetween(calendar(), '2017-07-01', '2017-10-01')).toBe(65);
    expect(workingDaysBetween(calendar('2017-07-02'), '2017-07-01', '2017-10-01')).toBe(65);
    expect(workingDaysBetween(calendar('2017-06-30', '2017-07-03', '2017-10-02'), '2017-07-01', '2017-10-01')).toBe(64);
  });

  it('finds none in an empty or swapped stretch', () => {
    expect([workingDaysBetween(calendar(), '2017-07-03', '2017-07-03'), workingDaysBetween(calendar(), '2017-07-05', '2017-07-03')]).toEqual([0, 0]);
  });

  it('steps over weekends and holidays, and stays for 0', () => {
    expect(addWorkingDays(calendar(), '2017-09-30', 3)).toBe('2017-10-04'); // Saturday -> Monday, Tuesday, Wednesday
    expect(addWorkingDays(calendar('2017-10-03'), '2017-09-30', 3)).toBe('2017-10-05');
    expect(addWorkingDays(calendar(), '2017-09-30', 0)).toBe('2017-09-30');
  });

  it('refuses a calendar without working days instead of looking for ever', () => {
    const never: Calendar = { workingDays: [], holidays: new Set() };
    expect(() => addWorkingDays(never, '2017-09-30', 1)).toThrow(expect.objectContaining({ code: 'invalid' }));
    for (const n of [-1, 1.5, NaN]) expect(() => addWorkingDays(calendar(), '2017-09-30', n)).toThrow(expect.objectContaining({ code: 'invalid' }));
  });

  it('PLAT-02 (working days) agrees with counting day by day', () => {
    const day = fc.integer({ min: 0, max: 800 }).map((n) => addDays('2016-10-01', n));
    fc.assert(
      fc.property(day, day, fc.subarray([1, 2, 3, 4, 5, 6, 7]), fc.uniqueArray(day, { maxLength: 20 }), (from, to, workingDays, holidays) => {
        const any: Calendar = { workingDays, holidays: new Set(holidays) };
        let expected = 0;
        for (let at = from; at < to; at = addDays(at, 1)) if (isWorkingDay(any, at)) expected++;
        expect(workingDaysBetween(any, from, to)).toBe(expected);
      }),
      { numRuns: 200 },
    );
  });
});
