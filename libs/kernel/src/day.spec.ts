import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { addDays, compareDays, dayOf, daysBetween, isDay, isZone, startOfDay, weekdayOf, canonicalZone } from './day.js';

fc.configureGlobal({ seed: 20_261_121 }); // the same cases in every run

const at = (text: string) => new Date(text);
const startIn = (zone: string) => (day: string) => startOfDay(day, zone).toISOString();

describe('days', () => {
  it('takes only days that exist', () => {
    expect(['2024-02-29', '0001-01-01', '9999-12-31'].map(isDay)).toEqual([true, true, true]);
    const refused = [
      '2023-02-29',
      '2026-13-01',
      '2026-00-10',
      '2026-1-1',
      '10000-01-01',
      '0000-12-31',
      '2026-11-21T00:00',
      '',
      'NaN',
      '2026-11-21\u0000',
    ];
    expect(refused.filter(isDay)).toEqual([]);
  });

  it('counts days by the calendar, over leap days, year ends and daylight changes', () => {
    expect(addDays('2024-02-28', 1)).toBe('2024-02-29');
    expect(addDays('2023-12-31', 1)).toBe('2024-01-01');
    expect(addDays('2017-07-01', -1)).toBe('2017-06-30');
    expect(daysBetween('2017-07-01', '2017-10-01')).toBe(92); // 31 + 31 + 30
    expect(daysBetween('2017-07-02', '2017-07-01')).toBe(-1);
    expect([compareDays('2017-01-01', '2017-01-02'), compareDays('2017-01-02', '2017-01-02'), compareDays('2018-01-01', '2017-12-31')]).toEqual([
      -1, 0, 1,
    ]);
    expect([weekdayOf('2017-09-04'), weekdayOf('2017-09-10')]).toEqual([1, 7]);
  });

  it('refuses what is no day, and a result outside the calendar', () => {
    for (const act of [
      () => addDays('9999-12-31', 1),
      () => addDays('0001-01-01', -1),
      () => addDays('2017-02-30', 1),
      () => addDays('2017-02-01', NaN),
    ])
      expect(act).toThrow(expect.objectContaining({ code: 'invalid' }));
    expect(() => startOfDay('2017-02-01', 'Mars/Olympus')).toThrow(expect.objectContaining({ code: 'invalid' }));
    expect(() => dayOf(new Date(NaN), 'UTC')).toThrow(expect.objectContaining({ code: 'invalid' }));
    expect([isZone('America/Havana'), isZone('Mars/Olympus')]).toEqual([true, false]);
  });

  it('MET-09 gives daylight days 23 and 25 hours', () => {
    const start = startIn('Europe/Berlin');
    expect([start('2026-03-29'), start('2026-03-30')]).toEqual(['2026-03-28T23:00:00.000Z', '2026-03-29T22:00:00.000Z']); // 23 h
    expect([start('2026-10-25'), start('2026-10-26')]).toEqual(['2026-10-24T22:00:00.000Z', '2026-10-25T23:00:00.000Z']); // 25 h
  });

  it('MET-09 starts a day without 00:00 after the gap, and one with two midnights at the first', () => {
    const start = startIn('America/Havana');
    // On 8 March 2026 the clocks of Havana go from 00:00 (UTC-5) to 01:00 (UTC-4); on 1 November from 01:00 (UTC-4) back to 00:00 (UTC-5).
    expect([start('2026-03-08'), start('2026-03-09')]).toEqual(['2026-03-08T05:00:00.000Z', '2026-03-09T04:00:00.000Z']);
    expect([start('2026-11-01'), start('2026-11-02')]).toEqual(['2026-11-01T04:00:00.000Z', '2026-11-02T05:00:00.000Z']);
    expect(dayOf(at('2026-03-08T04:59:59.999Z'), 'America/Havana')).toBe('2026-03-07');
    expect(dayOf(at('2026-03-08T05:00:00Z'), 'America/Havana')).toBe('2026-03-08');
  });

  it('MET-09 counts a skipped day as empty and a repeated hour before midnight once', () => {
    // Samoa had no 30 December 2011; the night before ends where 31 December starts.
    expect(startIn('Pacific/Apia')('2011-12-30')).toBe(startIn('Pacific/Apia')('2011-12-31'));
    expect(dayOf(at('2011-12-30T10:00:00Z'), 'Pacific/Apia')).toBe('2011-12-31');
    // St. John's went from 00:01 on 7 November 2010 back to 23:01 on the 6th: the day had begun at 00:00 (02:30 UTC) and stays begun.
    expect(startIn('America/St_Johns')('2010-11-07')).toBe('2010-11-07T02:30:00.000Z');
    expect(dayOf(at('2010-11-07T02:45:00Z'), 'America/St_Johns')).toBe('2010-11-07');
  });

  it('MET-09 puts every instant into exactly one day, in every zone', () => {
    const zones = [
      'UTC',
      'Europe/Berlin',
      'America/Havana',
      'America/St_Johns',
      'Pacific/Apia',
      'Asia/Kathmandu',
      'Australia/Lord_Howe',
      'America/Sao_Paulo',
      'Africa/Casablanca',
    ];
    fc.assert(
      fc.property(fc.constantFrom(...zones), fc.date({ min: at('1990-01-01'), max: at('2030-01-01'), noInvalidDate: true }), (zone, instant) => {
        const day = dayOf(instant, zone);
        expect(instant.getTime()).toBeGreaterThanOrEqual(startOfDay(day, zone).getTime());
        expect(instant.getTime()).toBeLessThan(startOfDay(addDays(day, 1), zone).getTime());
      }),
      { numRuns: 300 },
    );
  });
});

describe('names of zones', () => {
  it('PLAT-02 (settings) knows a zone by one name, whatever alias is given (case 61)', () => {
    expect(canonicalZone('Europe/Kyiv')).not.toBeNull();
    expect(canonicalZone('Europe/Kyiv')).toBe(canonicalZone('Europe/Kiev'));
    expect(canonicalZone('Asia/Kolkata')).toBe(canonicalZone('Asia/Calcutta'));
    expect(['US/Eastern', 'europe/lisbon', 'Etc/UTC', 'UTC', 'America/Argentina/Buenos_Aires'].map(canonicalZone)).toEqual([
      'America/New_York',
      'Europe/Lisbon',
      'UTC',
      'UTC',
      canonicalZone('America/Buenos_Aires'),
    ]);
  });

  it.each(['IST', 'EST', 'EST5EDT', 'FOO+99', '+01:00', 'GMT', 'Mars/Base', 'Etc/GMT+5', '', 'Europe/', '../etc/passwd'])(
    'PLAT-02 (settings) takes "%s" for no zone (case 61)',
    (name) => expect(canonicalZone(name)).toBeNull(),
  );
});
