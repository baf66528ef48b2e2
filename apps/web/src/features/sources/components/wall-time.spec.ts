import { describe, expect, it } from '@jest/globals';
import { instantOf, wallTime } from './wall-time.js';

describe('day and time in the zone of the organisation', () => {
  it.each([
    ['2026-07-02T03:30:00.000Z', 'America/New_York', '2026-07-01T23:30'],
    ['2026-01-05T00:00:00.000Z', 'Asia/Kolkata', '2026-01-05T05:30'],
    ['2026-01-05T12:00:00.000Z', 'UTC', '2026-01-05T12:00'],
  ])('MET-09 (entry) %s in %s is shown as %s and read back', (at, zone, shown) => {
    expect(wallTime(at, zone)).toBe(shown);
    expect(instantOf(shown, zone)).toBe(at);
  });

  it('MET-09 (entry) takes the first of an hour that comes twice, and what follows the gap of an hour that is skipped', () => {
    // Berlin: on 25 October 2026 02:30 comes at 00:30 UTC and again at 01:30 UTC; on 29 March it is skipped.
    expect(instantOf('2026-10-25T02:30', 'Europe/Berlin')).toBe('2026-10-25T00:30:00.000Z');
    expect(instantOf('2026-03-29T02:30', 'Europe/Berlin')).toBe('2026-03-29T01:30:00.000Z');
  });

  it('MET-09 (entry) an empty field is no instant', () => {
    expect([instantOf('', 'UTC'), wallTime(null, 'UTC')]).toEqual([null, '']);
  });
});
