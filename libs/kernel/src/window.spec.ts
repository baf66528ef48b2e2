import { describe, expect, it } from '@jest/globals';
import { contains, windowOf } from './window.js';

describe('windows', () => {
  it('MET-09 are half-open in their zone: the first instant belongs, the first after the last day does not', () => {
    const window = windowOf('2017-07-01', '2017-09-30', 'UTC');
    expect([window.from.toISOString(), window.to.toISOString()]).toEqual(['2017-07-01T00:00:00.000Z', '2017-10-01T00:00:00.000Z']);
    const inside = ['2017-06-30T23:59:59.999Z', '2017-07-01T00:00:00.000Z', '2017-09-30T23:59:59.999Z', '2017-10-01T00:00:00.000Z'];
    expect(inside.map((text) => contains(window, new Date(text)))).toEqual([false, true, true, false]);
  });

  it('MET-09 meet without gap or overlap where the clock changes between them', () => {
    const march = windowOf('2026-03-01', '2026-03-28', 'Europe/Berlin');
    const change = windowOf('2026-03-29', '2026-03-29', 'Europe/Berlin');
    expect(march.to).toEqual(change.from);
    expect((change.to.getTime() - change.from.getTime()) / 3_600_000).toBe(23);
  });

  it('refuse a last day before the first', () => {
    expect(() => windowOf('2017-07-02', '2017-07-01', 'UTC')).toThrow(expect.objectContaining({ code: 'invalid' }));
  });
});
