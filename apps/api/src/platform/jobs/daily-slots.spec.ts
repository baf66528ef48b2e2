import { describe, expect, it } from '@jest/globals';
import { dueDaily } from './daily-slots.js';

const at = (text: string) => new Date(text);
const iso = (dates: Date[]) => dates.map((date) => date.toISOString());

describe('daily slots', () => {
  it('GATE-06 a new organisation gets the latest slot only, not all days before it existed', () => {
    expect(iso(dueDaily({ zone: 'UTC', at: '06:00:00' }, null, at('2017-09-05T09:00:00Z'), 'all'))).toEqual(['2017-09-05T06:00:00.000Z']);
    expect(iso(dueDaily({ zone: 'UTC', at: '06:00:00' }, null, at('2017-09-05T05:59:59Z'), 'all'))).toEqual(['2017-09-04T06:00:00.000Z']);
  });

  it('GATE-06 missed days are caught up in order, or only the latest when the job says so', () => {
    const plan = { zone: 'UTC', at: '06:00:00' };
    expect(iso(dueDaily(plan, at('2017-09-02T06:00:00Z'), at('2017-09-05T09:00:00Z'), 'all'))).toEqual([
      '2017-09-03T06:00:00.000Z',
      '2017-09-04T06:00:00.000Z',
      '2017-09-05T06:00:00.000Z',
    ]);
    expect(iso(dueDaily(plan, at('2017-09-02T06:00:00Z'), at('2017-09-05T09:00:00Z'), 'latest'))).toEqual(['2017-09-05T06:00:00.000Z']);
    expect(dueDaily(plan, at('2017-09-05T06:00:00Z'), at('2017-09-06T05:59:59Z'), 'all')).toEqual([]);
  });

  it('GATE-06 the slot follows the local clock across a daylight change', () => {
    // Lisbon: 06:00 is 06:00Z in winter and 05:00Z from 26 March 2017
    expect(iso(dueDaily({ zone: 'Europe/Lisbon', at: '06:00' }, at('2017-03-24T06:00:00Z'), at('2017-03-26T12:00:00Z'), 'all'))).toEqual([
      '2017-03-25T06:00:00.000Z',
      '2017-03-26T05:00:00.000Z',
    ]);
  });

  it('REL-02 case 56 in the doubled hour a slot falls once, in the skipped hour it is not lost', () => {
    const plan = { zone: 'Europe/Berlin', at: '02:30' };
    // 25 October 2026: 02:30 comes at 00:30Z (summer time) and at 01:30Z; only the first is the slot of the day.
    const autumn = ['2026-10-25T00:29:00Z', '2026-10-25T00:31:00Z', '2026-10-25T01:31:00Z', '2026-10-26T01:31:00Z'];
    expect(autumn.map((now) => iso(dueDaily(plan, at('2026-10-24T00:30:00Z'), at(now), 'all')))).toEqual([
      [],
      ['2026-10-25T00:30:00.000Z'],
      ['2026-10-25T00:30:00.000Z'],
      ['2026-10-25T00:30:00.000Z', '2026-10-26T01:30:00.000Z'],
    ]);
    // 29 March 2026 has no 02:30: the clock goes from 02:00 (01:00Z) to 03:00, and the slot falls at 03:30.
    expect(iso(dueDaily(plan, at('2026-03-28T01:30:00Z'), at('2026-03-30T12:00:00Z'), 'all'))).toEqual([
      '2026-03-29T01:30:00.000Z',
      '2026-03-30T00:30:00.000Z',
    ]);
    // Midnight itself, where Havana skips it and where it comes twice.
    const midnight = { zone: 'America/Havana', at: '00:00' };
    expect(iso(dueDaily(midnight, at('2026-03-07T05:00:00Z'), at('2026-03-09T12:00:00Z'), 'all'))).toEqual([
      '2026-03-08T05:00:00.000Z',
      '2026-03-09T04:00:00.000Z',
    ]);
    expect(iso(dueDaily(midnight, at('2026-10-31T04:00:00Z'), at('2026-11-02T12:00:00Z'), 'all'))).toHaveLength(2);
  });
});
