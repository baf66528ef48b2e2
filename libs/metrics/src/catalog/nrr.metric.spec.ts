import { describe, expect, it } from '@jest/globals';
import { displayValue } from '@waymark/kernel';
import { fact, julyWindowOf } from '../testing/read-metric.js';
import { nrrMetric } from './nrr.metric.js';

let next = 0;
const moved = (company_id: string, occurred_at: string, dollars: number, owner_id = 'ann') => {
  next += 1;
  return fact({ id: `id-${String(next).padStart(4, '0')}`, company_id, occurred_at, amount_minor: BigInt(dollars * 100), owner_id });
};
/** Three customers of $100, $200 and $50 at the beginning of July: one grows by 30, one shrinks by 60, one leaves; a fourth is new. */
const story = [
  moved('a', '2017-01-05', 80),
  moved('a', '2017-03-05', 20),
  moved('b', '2017-02-01', 200),
  moved('c', '2017-06-30T23:59:59.999Z', 50),
  moved('a', '2017-07-10', 30),
  moved('b', '2017-07-11', -60),
  moved('c', '2017-07-12', -50),
  moved('new', '2017-07-01T00:00:00Z', 500),
  moved('a', '2017-08-01T00:00:00Z', 1000),
];

describe('net revenue retention', () => {
  it('MET-02 (NRR) is what the opening customers bring at the end: 270 of 350 is 77.14 %, new customers are not in it', () => {
    const { value, beside } = julyWindowOf(nrrMetric, story);
    // opening 100 + 200 + 50 = 350; closing 130 + 140 + 0 = 270; 270 / 350 = 77.142857... %
    expect(value).toEqual({ num: 27_000_000_000n, den: 35_000n });
    expect(displayValue(value, nrrMetric.unit, 'USD')).toBe('77.14 %');
    expect(beside).toEqual({ customers: 3n, opening: 35_000n, closing: 27_000n, lost: 1n, regained: 0n });
  });

  it('MET-02 (NRR) keeps a customer that was lost and came back inside the period, and lists it', () => {
    const back = [moved('f', '2017-05-01', 40), moved('f', '2017-07-05', -40), moved('f', '2017-07-20', 45)];
    expect(julyWindowOf(nrrMetric, back)).toMatchObject({ value: { num: 4_500_000_000n, den: 4_000n }, beside: { lost: 0n, regained: 1n } }); // 112.5 %
    expect(julyWindowOf(nrrMetric, back.slice(0, 2))).toMatchObject({ value: { num: 0n, den: 4_000n }, beside: { lost: 1n, regained: 0n } });
  });

  it('MET-02 (NRR) belongs to the owner of the customer at the beginning, whoever has it later', () => {
    const handed = [moved('h', '2017-05-01', 10, 'old'), moved('h', '2017-06-01', 0, 'ann'), moved('h', '2017-07-02', 5, 'ben')];
    expect(julyWindowOf(nrrMetric, handed, ['ann']).value).toEqual({ num: 1_500_000_000n, den: 1_000n });
    for (const other of ['old', 'ben']) expect(julyWindowOf(nrrMetric, handed, [other]).value).toEqual({ none: 'no_base' });
  });

  it('MET-03 without any movement is no_data, without opening customers no_base, never 0 or 100 %', () => {
    expect(julyWindowOf(nrrMetric, []).value).toEqual({ none: 'no_data' });
    expect(julyWindowOf(nrrMetric, [moved('n', '2017-07-02', 5)]).value).toEqual({ none: 'no_base' });
  });
});
