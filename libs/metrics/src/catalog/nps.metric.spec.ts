import { describe, expect, it } from '@jest/globals';
import { displayValue, type Value } from '@waymark/kernel';
import { fact, julyWindowOf } from '../testing/read-metric.js';
import { npsMetric } from './nps.metric.js';

let next = 0;
const answer = (score: number, more: Record<string, string> = {}) => {
  next += 1;
  return fact({ id: `id-${String(next).padStart(4, '0')}`, contact: `contact ${next}`, score: BigInt(score), answered_at: '2017-07-10', ...more });
};
const shown = (value: Value) => displayValue(value, npsMetric.unit, 'USD');

describe('net promoter score', () => {
  it('MET-02 (NPS) is promoters less detractors of all answers: 3 and 1 of 5 are 40', () => {
    const { value, beside } = julyWindowOf(
      npsMetric,
      [10, 9, 9, 7, 3].map((score) => answer(score)),
    );
    expect(value).toEqual({ num: 2_000_000n, den: 5n }); // (3 - 1) / 5 * 100 = 40
    expect(shown(value)).toBe('40');
    expect(beside).toMatchObject({ answers: 5n, promoters: 3n, detractors: 1n });
  });

  it('MET-02 (NPS) takes 9 and 10 as promoters, 0 to 6 as detractors, 7 and 8 as neither', () => {
    const of = (score: number) => shown(julyWindowOf(npsMetric, [answer(score)]).value);
    expect([0, 6, 7, 8, 9, 10].map(of)).toEqual(['-100', '-100', '0', '0', '100', '100']);
  });

  it('MET-02 (NPS) counts the last answer of a contact in the period, whatever came before or after it', () => {
    const mia = { contact: 'mia@acme.example' };
    const answers = [
      answer(9, { ...mia, answered_at: '2017-07-20' }),
      answer(2, { ...mia, answered_at: '2017-07-02' }),
      answer(0, { ...mia, answered_at: '2017-08-01T00:00:00Z' }),
      answer(0, { contact: 'old@acme.example', answered_at: '2017-06-30T23:59:59.999Z' }),
    ];
    expect(julyWindowOf(npsMetric, answers)).toMatchObject({ value: { num: 1_000_000n, den: 1n }, beside: { answers: 1n } });
  });

  it('MET-02 (NPS) counts an answer where its owner belongs: the last one alone, so that parts never count a contact twice', () => {
    const kim = { contact: 'kim@acme.example' };
    const answers = [answer(0, { ...kim, answered_at: '2017-07-02' }), answer(10, { ...kim, answered_at: '2017-07-03', owner_id: 'ben' })];
    expect(julyWindowOf(npsMetric, answers, ['ann']).value).toEqual({ none: 'no_data' });
    expect(julyWindowOf(npsMetric, answers, ['ben']).beside).toMatchObject({ answers: 1n, promoters: 1n });
    expect(julyWindowOf(npsMetric, answers, ['ann', 'ben']).beside).toMatchObject({ answers: 1n, promoters: 1n });
  });

  it('MET-02 (NPS) is shown as a whole number, half away from zero, and kept exact', () => {
    const passive = Array.from({ length: 7 }, () => answer(7));
    const above = julyWindowOf(npsMetric, [...passive, answer(10)]).value;
    expect([above, shown(above)]).toEqual([{ num: 1_000_000n, den: 8n }, '13']); // 12.5
    expect(shown(julyWindowOf(npsMetric, [...passive, answer(0)]).value)).toBe('-13'); // -12.5
  });

  it('MET-02 (NPS) marks fewer than 30 answers and says the interval', () => {
    const many = [...Array<number>(20).fill(10), ...Array<number>(10).fill(7), ...Array<number>(10).fill(0)].map((score) => answer(score));
    // net 10 of 40 = 25; variance 30/40 - (10/40)^2 = 0.6875; 1.96 * sqrt(0.6875 / 40) * 100 = 25.6958
    expect(julyWindowOf(npsMetric, many)).toMatchObject({ marks: [], beside: { interval_from: -6_958n, interval_to: 506_958n } });
    expect(julyWindowOf(npsMetric, many.slice(0, 30)).marks).toEqual([]);
    expect(julyWindowOf(npsMetric, many.slice(0, 29)).marks).toEqual(['low_sample']);
  });

  it('MET-03 case 30 no answers are no_data, without mark and interval', () => {
    expect(julyWindowOf(npsMetric, [])).toEqual({ value: { none: 'no_data' }, beside: { answers: 0n, promoters: 0n, detractors: 0n }, marks: [] });
  });
});
