import { describe, expect, it } from '@jest/globals';
import { displayValue } from '@waymark/kernel';
import { fact, julyWindowOf } from '../testing/read-metric.js';
import { grrMetric } from './grr.metric.js';

let next = 0;
const moved = (company_id: string, occurred_at: string, dollars: number) => {
  next += 1;
  return fact({ id: `id-${String(next).padStart(4, '0')}`, company_id, occurred_at, amount_minor: BigInt(dollars * 100) });
};

describe('gross revenue retention', () => {
  it('MET-02 (GRR) takes of each opening customer the smaller of then and now: 240 of 350 is 68.57 %', () => {
    const opening = [moved('a', '2017-03-05', 100), moved('b', '2017-02-01', 200), moved('c', '2017-06-01', 50)];
    const july = [moved('a', '2017-07-10', 30), moved('b', '2017-07-11', -60), moved('c', '2017-07-12', -50), moved('new', '2017-07-03', 500)];
    const { value, beside } = julyWindowOf(grrMetric, [...opening, ...july]);
    // kept 100 (not 130) + 140 + 0 = 240; 240 / 350 = 68.571428... %
    expect(value).toEqual({ num: 24_000_000_000n, den: 35_000n });
    expect(displayValue(value, grrMetric.unit, 'USD')).toBe('68.57 %');
    expect(beside).toMatchObject({ customers: 3n, opening: 35_000n, kept: 24_000n, lost: 1n });
  });

  it('MET-02 (GRR) is never above 100 %, however much the customers grow', () => {
    const grown = [moved('a', '2017-03-05', 100), moved('a', '2017-07-05', 9_000)];
    expect(julyWindowOf(grrMetric, grown).value).toEqual({ num: 10_000_000_000n, den: 10_000n });
  });

  it('MET-02 (GRR) takes a customer that fell below nothing by wrong entries as lost', () => {
    const wrong = [moved('a', '2017-03-05', 100), moved('a', '2017-07-05', -150)];
    expect(julyWindowOf(grrMetric, wrong)).toMatchObject({ value: { num: 0n, den: 10_000n }, beside: { lost: 1n } });
  });

  it('MET-03 without any movement is no_data, without opening customers no_base', () => {
    expect(julyWindowOf(grrMetric, []).value).toEqual({ none: 'no_data' });
    expect(julyWindowOf(grrMetric, [moved('n', '2017-07-02', 5)]).value).toEqual({ none: 'no_base' });
  });
});
