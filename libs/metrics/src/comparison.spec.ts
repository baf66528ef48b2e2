import { describe, expect, it } from '@jest/globals';
import { addDays, type Calendar, daysBetween, none, ratio, whole } from '@waymark/kernel';
import fc from 'fast-check';
import { changeOf, comparedWith, elapsedDays, sameShare } from './comparison.js';

fc.configureGlobal({ seed: 20_261_121 }); // the same cases in every run

const weekdays: Calendar = { workingDays: [1, 2, 3, 4, 5], holidays: new Set() };
const november = { from: '2026-11-01', to: '2026-11-30' };

describe('windows that are compared', () => {
  it.each([
    ['a month', november, '2026-10-01', '2026-10-31', '2025-11-01', '2025-11-30'],
    ['a quarter', { from: '2026-07-01', to: '2026-09-30' }, '2026-04-01', '2026-06-30', '2025-07-01', '2025-09-30'],
    ['a year', { from: '2026-01-01', to: '2026-12-31' }, '2025-01-01', '2025-12-31', '2025-01-01', '2025-12-31'],
    ['February after a leap year', { from: '2025-02-01', to: '2025-02-28' }, '2025-01-01', '2025-01-31', '2024-02-01', '2024-02-29'],
    ['a week', { from: '2026-11-16', to: '2026-11-22' }, '2026-11-09', '2026-11-15', '2025-11-17', '2025-11-23'],
    ['ten days', { from: '2026-11-11', to: '2026-11-20' }, '2026-11-01', '2026-11-10', '2025-11-11', '2025-11-20'],
    ['a leap day', { from: '2024-02-29', to: '2024-02-29' }, '2024-02-28', '2024-02-28', '2023-02-28', '2023-02-28'],
  ])('MET-11 %s is compared with the one before and with that of last year', (_, window, from, to, yearFrom, yearTo) => {
    expect(comparedWith(window, 'previous')).toEqual({ from, to });
    expect(comparedWith(window, 'last_year')).toEqual({ from: yearFrom, to: yearTo });
  });

  it('MET-11 between a window and the one before it lies no day and none is in both', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4000 }), fc.integer({ min: 0, max: 400 }), (start, length) => {
        const from = addDays('2020-01-01', start);
        const before = comparedWith({ from, to: addDays(from, length) }, 'previous');
        expect(addDays(before.to, 1)).toBe(from);
        expect(daysBetween(before.from, before.to)).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  it('MET-11 over is what lies before today, up to the last working day; before that nothing is', () => {
    expect(elapsedDays(november, '2026-11-20', weekdays)).toEqual({ from: '2026-11-01', to: '2026-11-19' });
    expect(elapsedDays(november, '2026-11-23', weekdays)).toEqual({ from: '2026-11-01', to: '2026-11-20' }); // Monday: the weekend has no partner
    expect(elapsedDays(november, '2026-11-02', weekdays)).toBeNull(); // the 1st is a Sunday
    expect(elapsedDays(november, '2026-10-20', weekdays)).toBeNull();
    expect(elapsedDays(november, '2026-12-01', weekdays)).toEqual(november);
    expect(elapsedDays({ from: '2026-11-21', to: '2026-11-22' }, '2026-11-22', weekdays)).toEqual({ from: '2026-11-21', to: '2026-11-21' }); // a weekend
  });

  it('MET-11 the same share of the working days of the other window is compared', () => {
    const october = { from: '2026-10-01', to: '2026-10-31' };
    // up to Friday 20 November 15 of 21 working days are over; 15 / 21 * 22 of October = 15.7, so 16: up to Thursday 22 October
    expect(sameShare(november, { from: '2026-11-01', to: '2026-11-20' }, october, weekdays)).toEqual({ from: '2026-10-01', to: '2026-10-22' });
    const week = { from: '2026-11-16', to: '2026-11-22' };
    const before = { from: '2026-11-09', to: '2026-11-15' };
    expect(sameShare(week, { from: '2026-11-16', to: '2026-11-18' }, before, weekdays)).toEqual({ from: '2026-11-09', to: '2026-11-11' });
    expect(sameShare(week, { from: '2026-11-16', to: '2026-11-20' }, before, weekdays)).toEqual({ from: '2026-11-09', to: '2026-11-13' });
    expect(sameShare(week, week, before, weekdays)).toEqual(before);
  });

  it('MET-11 holidays are no working days, and a share below half a day is no day', () => {
    const week = { from: '2026-11-16', to: '2026-11-22' };
    const before = { from: '2026-11-09', to: '2026-11-15' };
    const holidays = { ...weekdays, holidays: new Set(['2026-11-09', '2026-11-10', '2026-11-11']) };
    // 1 of 5 days of Thursday and Friday: 0.4, so no day; 2 of 5: 0.8, so one: up to Thursday
    expect(sameShare(week, { from: '2026-11-16', to: '2026-11-16' }, before, holidays)).toBeNull();
    expect(sameShare(week, { from: '2026-11-16', to: '2026-11-17' }, before, holidays)).toEqual({ from: '2026-11-09', to: '2026-11-12' });
  });

  it('MET-11 without working days the share is of all days', () => {
    const never: Calendar = { workingDays: [], holidays: new Set() };
    // 10 of 30 days; a third of 31 is 10.3, so 10
    expect(sameShare(november, { from: '2026-11-01', to: '2026-11-10' }, { from: '2026-10-01', to: '2026-10-31' }, never)).toEqual({
      from: '2026-10-01',
      to: '2026-10-10',
    });
  });

  it('MET-11 a change is exact, in percent of the size of the earlier value, and good or bad by the direction', () => {
    expect(changeOf(whole(16n), whole(20n), 'up')).toEqual({
      change: { num: 4n, den: 1n },
      percent: { num: 4_000_000n, den: 16n },
      verdict: 'better',
    }); // 25 %
    expect(changeOf(whole(16n), whole(20n), 'down').verdict).toBe('worse');
    expect(changeOf(ratio(1n, 3n), ratio(2n, 6n), 'up')).toEqual({ change: whole(0n), percent: { num: 0n, den: 6n }, verdict: 'same' });
    expect(changeOf(whole(-10n), whole(-5n), 'up').percent).toEqual({ num: 5_000_000n, den: 10n }); // 5 more, half of the size of -10
    expect(changeOf(whole(0n), whole(5n), 'up')).toEqual({ change: { num: 5n, den: 1n }, percent: none('no_base'), verdict: 'better' });
  });

  it('MET-11 MET-03 where one of the two is no number there is no change, and the reason is told', () => {
    expect(changeOf(none('no_base'), whole(5n), 'up')).toEqual({ change: none('no_base'), percent: none('no_base'), verdict: null });
    expect(changeOf(whole(5n), none('no_rate'), 'up')).toEqual({ change: none('no_rate'), percent: none('no_rate'), verdict: null });
  });

  it('MET-11 a growing part never shrinks, stays inside, and the whole is the whole', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 3000 }),
        fc.integer({ min: 1, max: 120 }),
        fc.constantFrom('previous' as const, 'last_year' as const),
        (start, length, comparison) => {
          const window = { from: addDays('2020-01-01', start), to: addDays('2020-01-01', start + length) };
          const other = comparedWith(window, comparison);
          let before = addDays(other.from, -1);
          for (let n = 0; n <= length; n++) {
            const share = sameShare(window, { from: window.from, to: addDays(window.from, n) }, other, weekdays);
            const to = share?.to ?? addDays(other.from, -1);
            expect(to >= before && to <= other.to).toBe(true);
            before = to;
          }
          expect(before).toBe(other.to);
        },
      ),
      { numRuns: 60 },
    );
  });
});
