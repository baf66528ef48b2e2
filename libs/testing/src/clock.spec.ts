import { describe, expect, it } from '@jest/globals';
import { fixedClock, oneDay } from './clock.js';

describe('the fixed clock', () => {
  it('GATE-04 stands still until it is told to move', () => {
    const clock = fixedClock('2017-09-05T09:00:00Z');
    clock.now().setFullYear(1999); // a reader that changes its copy does not move the clock
    expect(clock.now().toISOString()).toBe('2017-09-05T09:00:00.000Z');
    clock.advance(2 * oneDay);
    expect(clock.now().toISOString()).toBe('2017-09-07T09:00:00.000Z');
    clock.set('2017-10-05T00:00:00Z');
    expect(clock.now().toISOString()).toBe('2017-10-05T00:00:00.000Z');
  });

  it('GATE-04 refuses a text that is no instant', () => {
    expect(() => fixedClock('2017-13-05')).toThrow('"2017-13-05" is no instant.');
  });
});
