import { describe, expect, it } from '@jest/globals';
import { isNone } from '@waymark/kernel';
import { readdirSync } from 'node:fs';
import { defineMeasure } from './algebra/measure.js';
import { callsCompletedMetric, winRateMetric } from './catalog/index.js';
import * as catalog from './catalog/index.js';
import { combineParts, metrics } from './registry.js';

describe('the catalogue', () => {
  it('DX-02 (metric) names a metric file that no export line registers', () => {
    const files = readdirSync(new URL('./catalog', import.meta.url)).filter((file) => file.endsWith('.metric.ts'));
    const keys = files.map((file) => file.replace('.metric.ts', '').replaceAll('-', '_')).sort();
    expect([...metrics.keys()].sort()).toEqual(keys);
    expect(Object.keys(catalog)).toHaveLength(files.length);
    expect(files.length).toBeGreaterThanOrEqual(6);
  });

  it('DX-02 (metric) names a metric file that no spec stands beside', () => {
    const files = readdirSync(new URL('./catalog', import.meta.url));
    const alone = files.filter((file) => file.endsWith('.metric.ts') && !files.includes(file.replace('.metric.ts', '.metric.spec.ts')));
    expect(alone).toEqual([]);
  });

  it('MET-01 (measures as data) refuses a measure that mentions a column its source has not', () => {
    const where = [{ column: 'secret', is: 'x' }];
    expect(() => defineMeasure({ key: 'x', source: 'sales', tense: 'during', at: 'occurred_at', where })).toThrow(
      'sales has no word column "secret"',
    );
    expect(() => defineMeasure({ key: 'x', source: 'sales', tense: 'during', at: 'amount_minor', where: [] })).toThrow('no instant column');
    expect(() => defineMeasure({ key: 'x', source: 'sales', tense: 'standing', at: 'occurred_at', where: [] })).toThrow('standing measure');
  });

  it('MET-02 (these) win rate is won of won and lost: 4,238 of 6,711 is 63.15 %', () => {
    // 4238 * 1,000,000 / 6711 = 631,500.5... ten-thousandths of a percent point
    expect(winRateMetric.combine({ won: 4238n, lost: 2473n }, { hasFeed: true })).toEqual({ num: 4_238_000_000n, den: 6711n });
  });

  it('MET-03 a win rate without decided deals is no number but the reason no_base', () => {
    expect(winRateMetric.combine({ won: 0n, lost: 0n }, { hasFeed: true })).toEqual({ none: 'no_base' });
  });

  it('MET-03 calls without any recorded activity are no_data, with activities 0 is 0', () => {
    expect(callsCompletedMetric.combine({ calls: 0n }, { hasFeed: false })).toEqual({ none: 'no_data' });
    expect(callsCompletedMetric.combine({ calls: 0n }, { hasFeed: true })).toEqual({ num: 0n, den: 1n });
  });

  it('MET-03 no metric answers NaN, infinity or a zero in place of nothing', () => {
    for (const metric of metrics.values()) {
      const value = combineParts(metric, new Map(), { hasFeed: true });
      expect(isNone(value) ? 'reason' : value.den > 0n && metric.additive).not.toBe(false);
    }
  });
});
