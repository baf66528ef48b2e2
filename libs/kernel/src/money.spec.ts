import { describe, expect, it } from '@jest/globals';
import { fromWire, sumOf, toWire } from './money.js';

describe('money', () => {
  it('Q110 travels as exact text and back', () => {
    expect(toWire({ minor: 105_400n, currency: 'USD' })).toEqual({ amount: '1054.00', currency: 'USD' });
    expect(fromWire({ amount: '1054.00', currency: 'USD' })).toEqual({ minor: 105_400n, currency: 'USD' });
    expect(() => fromWire({ amount: '1054.001', currency: 'USD' })).toThrow(expect.objectContaining({ code: 'invalid' }));
  });

  it('Q43 is never added across currencies', () => {
    expect(
      sumOf(
        [
          { minor: 1n, currency: 'USD' },
          { minor: 2n, currency: 'USD' },
        ],
        'USD',
      ),
    ).toEqual({ minor: 3n, currency: 'USD' });
    expect(sumOf([], 'USD')).toEqual({ minor: 0n, currency: 'USD' });
    expect(() => sumOf([{ minor: 1n, currency: 'EUR' }], 'USD')).toThrow(expect.objectContaining({ code: 'unprocessable' }));
  });
});
