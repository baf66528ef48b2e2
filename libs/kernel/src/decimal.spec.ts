import { describe, expect, it } from '@jest/globals';
import { parseDecimal, toDecimal } from './decimal.js';
import { none, ratio, whole, type Ratio } from './share.js';
import { displayValue } from './units.js';

const exact = (num: bigint, den: bigint) => ratio(num, den) as Ratio;

describe('decimals', () => {
  it('Q106 writes at most six places, half away from zero', () => {
    expect(toDecimal(exact(1n, 3n), 0)).toBe('0.333333');
    expect(toDecimal(exact(2n, 3n), 0)).toBe('0.666667');
    expect(toDecimal(exact(1n, 2_000_000n), 0)).toBe('0.000001');
    expect(toDecimal(exact(-1n, 2_000_000n), 0)).toBe('-0.000001');
    expect(toDecimal(exact(-1n, 3_000_000n), 0)).toBe('0');
  });

  it('Q110 writes money with its two places, counts with none and percent with those that say something', () => {
    expect([toDecimal(whole(26_439_700n), 2), toDecimal(whole(5n), 2), toDecimal(whole(-105_450n), 2)]).toEqual(['264397.00', '0.05', '-1054.50']);
    expect([toDecimal(whole(18n), 0), toDecimal(whole(0n), 0)]).toEqual(['18', '0']);
    expect([toDecimal(whole(800_000n), 4), toDecimal(exact(4_238n * 1_000_000n, 6_711n), 4)]).toEqual(['80', '63.150052']);
  });

  it('reads exactly and refuses everything else', () => {
    expect([parseDecimal('1054.5', 2), parseDecimal('-0.05', 2), parseDecimal('007', 0)]).toEqual([105_450n, -5n, 7n]);
    const refused = [
      '',
      '.',
      '1.',
      '.5',
      '1.005',
      '1e400',
      'NaN',
      'Infinity',
      '0x10',
      ' 1',
      '1 ',
      '1,000',
      '+1',
      '--1',
      '1.0.0',
      '99999999999999999999',
      '92233720368547758.08',
      '１',
    ];
    for (const text of refused) expect(() => parseDecimal(text, 2)).toThrow(expect.objectContaining({ code: 'invalid' }));
  });
});

describe('values for the eye', () => {
  it('are written by unit', () => {
    expect(displayValue(whole(26_439_700n), 'money', 'USD')).toBe('$264,397');
    expect(displayValue(whole(-105_450n), 'money', 'EUR')).toBe('-€1,054.50');
    expect(displayValue(whole(105_450n), 'money', 'CHF')).toBe('CHF 1,054.50');
    expect(displayValue(whole(1_234n), 'count', 'USD')).toBe('1,234');
    expect(displayValue(exact(4_238n * 1_000_000n, 6_711n), 'percent', 'USD')).toBe('63.15 %');
    expect(displayValue(whole(500_000n), 'percent', 'USD')).toBe('50 %');
    expect(displayValue(whole(425_000n), 'points', 'USD')).toBe('43'); // 42.5, half away from zero
  });

  it('MET-03 shows a dash where there is no number, never 0', () => {
    expect([none('no_base'), none('no_data'), none('not_yet')].map((value) => displayValue(value, 'percent', 'USD'))).toEqual(['–', '–', '–']);
  });
});
