import { describe, expect, it } from '@jest/globals';
import { lockAt, overlaps, periodProblems, periodWindow, stateAt } from './period.js';

const calendar = { workingDays: [1, 2, 3, 4, 5], holidays: new Set<string>() };

describe('goal periods', () => {
  it('GOAL-01 (create, list, edit) takes months, quarters and years, and refuses other lengths and swapped days', () => {
    const codes = (kind: 'monthly' | 'quarterly' | 'annual', from: string, to: string) => periodProblems(kind, from, to).map((p) => p.code);
    expect(codes('monthly', '2026-02-01', '2026-02-28')).toEqual([]);
    expect(codes('monthly', '2026-02-01', '2026-02-27')).toEqual(['length']); // 27 days
    expect(codes('quarterly', '2017-07-01', '2017-09-30')).toEqual([]); // 92 days
    expect(codes('quarterly', '2017-07-01', '2017-08-31')).toEqual(['length']);
    expect(codes('annual', '2024-01-01', '2024-12-31')).toEqual([]);
    expect(codes('annual', '2024-01-01', '2025-12-31')).toEqual(['length']);
    expect(codes('monthly', '2026-02-28', '2026-02-01')).toEqual(['order']);
  });

  it('GOAL-01 (create, list, edit) case 60 leap days, years from July, years that begin in a week of the other year, and a period of one day have defined results', () => {
    const codes = (kind: 'monthly' | 'quarterly' | 'annual', from: string, to: string) => periodProblems(kind, from, to).map((p) => p.code);
    expect([codes('monthly', '2024-02-01', '2024-02-29'), codes('annual', '2023-07-01', '2024-06-30')]).toEqual([[], []]); // 29 and 366 days
    expect([codes('monthly', '2026-02-01', '2026-02-01'), codes('annual', '2024-02-29', '2024-02-29')]).toEqual([['length'], ['length']]);
    // A fiscal year from July in Lisbon: 365 days, from summer time to summer time.
    const year = periodWindow('2026-07-01', '2027-06-30', 'Europe/Lisbon');
    expect([year.from.toISOString(), year.to.toISOString()]).toEqual(['2026-06-30T23:00:00.000Z', '2027-06-30T23:00:00.000Z']);
    // Friday 1 January 2027 lies in week 53 of 2026: a year is told by its days, not by its weeks.
    expect(overlaps({ startsOn: '2026-01-01', endsOn: '2026-12-31' }, { startsOn: '2027-01-01', endsOn: '2027-12-31' })).toBe(false);
    const turn = [periodWindow('2026-01-01', '2026-12-31', 'UTC').to, periodWindow('2027-01-01', '2027-12-31', 'UTC').from];
    expect(turn[0]).toEqual(turn[1]);
    // One day as a window: from its start to the start of the next, 29 February included.
    const leap = periodWindow('2024-02-29', '2024-02-29', 'UTC');
    expect([leap.from.toISOString(), leap.to.toISOString()]).toEqual(['2024-02-29T00:00:00.000Z', '2024-03-01T00:00:00.000Z']);
  });

  it('GOAL-01 (create, list, edit) two periods overlap when they share a day', () => {
    const september = { startsOn: '2026-09-01', endsOn: '2026-09-30' };
    expect(overlaps(september, { startsOn: '2026-09-30', endsOn: '2026-10-29' })).toBe(true);
    expect(overlaps({ startsOn: '2026-09-30', endsOn: '2026-10-29' }, september)).toBe(true);
    expect(overlaps(september, { startsOn: '2026-10-01', endsOn: '2026-10-31' })).toBe(false);
    expect(overlaps({ startsOn: '2026-10-01', endsOn: '2026-10-31' }, september)).toBe(false);
  });

  it('GOAL-01 (create, list, edit) is half-open in the zone of the organisation, also across a clock change', () => {
    const window = periodWindow('2026-10-01', '2026-10-31', 'Europe/Lisbon'); // summer time ends on 25 October
    expect([window.from.toISOString(), window.to.toISOString()]).toEqual(['2026-09-30T23:00:00.000Z', '2026-11-01T00:00:00.000Z']);
  });

  it('GOAL-01 (create, list, edit) locks at the end of the settle window, counted in working days', () => {
    // Saturday 30 September 2017 + 3 working days = Wednesday 4 October, whose end is Thursday 0:00
    expect(lockAt({ endsOn: '2017-09-30', settleDays: 3, timeZone: 'UTC' }, calendar)).toEqual(new Date('2017-10-05T00:00:00Z'));
    expect(lockAt({ endsOn: '2017-09-30', settleDays: 0, timeZone: 'UTC' }, calendar)).toEqual(new Date('2017-10-01T00:00:00Z'));
    const never = { workingDays: [], holidays: new Set<string>() };
    expect(lockAt({ endsOn: '2017-09-30', settleDays: 3, timeZone: 'UTC' }, never)).toEqual(new Date('2017-10-04T00:00:00Z'));
  });

  it('GOAL-01 (create, list, edit) an active period is completed by the clock; planning waits for a person', () => {
    const end = new Date('2026-12-01T00:00:00Z');
    const before = new Date('2026-11-30T23:59:59.999Z');
    expect([stateAt('active', end, before), stateAt('active', end, end), stateAt('planning', end, end)]).toEqual(['active', 'completed', 'planning']);
  });
});
