import { describe, expect, it } from '@jest/globals';
import { deadlineDay, gateDeadline, positionIn } from './deadline.js';

const calendar = { workingDays: [1, 2, 3, 4, 5], holidays: new Set<string>() };
const quarter = { startsOn: '2017-07-01', endsOn: '2017-09-30', timeZone: 'UTC' };
const share = (sharePercent: number) => ({ sharePercent });

describe('deadlines', () => {
  it('GATE-02 in calendar days 25, 50 and 100 % of 92 days are 23 July, 15 August and 30 September', () => {
    // 92 / 4 = 23 days, 92 / 2 = 46 days: 31 of July and 15
    expect([25, 50, 100].map((percent) => deadlineDay(share(percent), 'calendar', quarter, calendar))).toEqual([
      '2017-07-23',
      '2017-08-15',
      '2017-09-30',
    ]);
  });

  it('GATE-02 in working days 25 and 50 % of 65 are 25 July and 16 August, and the whole share is the last day', () => {
    // 65 working days: 16.25 are reached on the 17th (21 in July: the 25th), 32.5 on the 33rd (the 12th of August: the 16th); 30 September is a Saturday
    expect([25, 50, 100].map((percent) => deadlineDay(share(percent), 'working', quarter, calendar))).toEqual([
      '2017-07-25',
      '2017-08-16',
      '2017-09-30',
    ]);
  });

  it('GATE-02 is exact: a share that falls on the end of a day is reached on that day, a hundredth more on the next', () => {
    const ten = { startsOn: '2026-06-01', endsOn: '2026-06-10', timeZone: 'UTC' };
    expect([29.99, 30, 30.01].map((percent) => deadlineDay(share(percent), 'calendar', ten, calendar))).toEqual([
      '2026-06-03',
      '2026-06-03',
      '2026-06-04',
    ]);
    expect(deadlineDay(share(0.01), 'calendar', ten, calendar)).toBe('2026-06-01');
  });

  it('GATE-02 skips holidays in working mode', () => {
    const closed = { workingDays: [1, 2, 3, 4, 5], holidays: new Set(['2017-07-04']) };
    // 64 working days: 16 are reached on the 16th, which is 25 July without the 4th
    expect(deadlineDay(share(25), 'working', quarter, closed)).toBe('2017-07-25');
    expect(deadlineDay(share(25), 'working', quarter, { workingDays: [1, 2, 3, 4, 5], holidays: new Set(['2017-07-04', '2017-07-05']) })).toBe(
      '2017-07-26',
    );
  });

  it('GATE-02 refuses working mode without working days, and a date outside of the period', () => {
    expect(() => deadlineDay(share(50), 'working', quarter, { workingDays: [], holidays: new Set() })).toThrow('no working days');
    expect(deadlineDay(share(50), 'calendar', quarter, { workingDays: [], holidays: new Set() })).toBe('2017-08-15');
    expect(deadlineDay({ date: '2017-08-01' }, 'working', quarter, calendar)).toBe('2017-08-01');
    expect(() => deadlineDay({ date: '2017-10-01' }, 'working', quarter, calendar)).toThrow('outside of the period');
  });

  it('GATE-06 judges at the end of the day plus the settle window, in the zone of the period', () => {
    const hours = gateDeadline({ at: share(50), settle: { hours: 4 } }, 'calendar', { ...quarter, timeZone: 'Europe/Lisbon' }, calendar);
    expect([hours.deadlineAt, hours.judgeAt]).toEqual([new Date('2017-08-15T23:00:00Z'), new Date('2017-08-16T03:00:00Z')]);
    const days = gateDeadline({ at: share(100), settle: { workingDays: 3 } }, 'calendar', quarter, calendar);
    expect([days.deadlineAt, days.judgeAt]).toEqual([new Date('2017-10-01T00:00:00Z'), new Date('2017-10-05T00:00:00Z')]); // Mon 2, Tue 3, Wed 4
    const none = gateDeadline({ at: share(100), settle: { hours: 0 } }, 'calendar', quarter, calendar);
    expect(none.judgeAt).toEqual(none.deadlineAt);
  });

  it.each([
    // 31 March 2026 in Berlin ends at 24:00 of summer time (UTC+2), which began two days before.
    ['Europe/Berlin', '2026-03-31', '2026-03-31T22:00:00.000Z'],
    // In Sao Paulo 4 November 2018 has no 00:00: the clock goes from 24:00 (UTC-3) to 01:00 (UTC-2), so the 3rd ends when the 4th starts at 03:00Z.
    ['America/Sao_Paulo', '2018-11-03', '2018-11-04T03:00:00.000Z'],
    ['America/Sao_Paulo', '2018-11-04', '2018-11-05T02:00:00.000Z'],
    // In Cairo 24 April 2026 (a Friday) has no 00:00: from UTC+2 to UTC+3.
    ['Africa/Cairo', '2026-04-23', '2026-04-23T22:00:00.000Z'],
    ['Africa/Cairo', '2026-04-24', '2026-04-24T21:00:00.000Z'],
    ['Asia/Kathmandu', '2026-03-31', '2026-03-31T18:15:00.000Z'], // UTC+5:45
    // Apia had no 30 December 2011: the 29th ended at 10:00Z (UTC-10), and so did the day that was skipped.
    ['Pacific/Apia', '2011-12-29', '2011-12-30T10:00:00.000Z'],
    ['Pacific/Apia', '2011-12-30', '2011-12-30T10:00:00.000Z'],
    ['Pacific/Apia', '2011-12-31', '2011-12-31T10:00:00.000Z'], // UTC+14
  ])('GATE-02 case 55 in %s the deadline %s is the end of that local day, %s', (timeZone, date, expected) => {
    const year = { startsOn: `${date.slice(0, 4)}-01-01`, endsOn: `${date.slice(0, 4)}-12-31`, timeZone };
    const found = gateDeadline({ at: { date }, settle: { hours: 0 } }, 'calendar', year, calendar);
    expect([found.deadlineAt.toISOString(), found.judgeAt.toISOString()]).toEqual([expected, expected]);
  });

  it('GATE-01 has a place in the period for drawing', () => {
    const [from, to] = [new Date('2026-06-01T00:00:00Z'), new Date('2026-06-11T00:00:00Z')];
    expect(['2026-06-06T00:00:00Z', '2026-05-01T00:00:00Z', '2026-07-01T00:00:00Z'].map((at) => positionIn(from, to, new Date(at)))).toEqual([
      0.5, 0, 1,
    ]);
  });
});
