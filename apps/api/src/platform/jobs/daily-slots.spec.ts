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
});
