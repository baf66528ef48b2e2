import { expect, it } from '@jest/globals';
import { dayStart } from './day-start.js';

it('MET-09 (records page) a day begins where its zone says so, also where midnight is skipped or the hour before it comes twice', () => {
  expect(dayStart('2026-11-21', 'UTC')).toBe('2026-11-21T00:00:00.000Z');
  expect(dayStart('2026-07-01', 'Europe/Berlin')).toBe('2026-06-30T22:00:00.000Z'); // two hours ahead in summer
  expect(dayStart('2026-03-29', 'Europe/Berlin')).toBe('2026-03-28T23:00:00.000Z'); // the clocks change later that day
  expect(dayStart('2026-03-08', 'America/Havana')).toBe('2026-03-08T05:00:00.000Z'); // 00:00 does not exist: it begins at 01:00 (UTC-4)
  expect(dayStart('2026-11-01', 'America/Havana')).toBe('2026-11-01T04:00:00.000Z'); // 00:00 comes twice: the first (UTC-4)
  expect(dayStart('2026-11-21', 'Pacific/Apia')).toBe('2026-11-20T11:00:00.000Z'); // 13 hours ahead
});
