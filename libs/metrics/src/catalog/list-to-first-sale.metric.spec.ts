import { describe, expect, it } from '@jest/globals';
import { fact, julyWindowOf } from '../testing/read-metric.js';
import { listToFirstSaleMetric } from './list-to-first-sale.metric.js';

let next = 0;
const list = (list_id: string, sent_at: string | null, closed_at: string | null = null) =>
  fact({ list_id, opened_at: '2017-06-01', sent_at, closed_at });
const sale = (list_id: string | null, occurred_at: string, more: Record<string, string | bigint> = {}) =>
  fact({ id: `id-${String((next += 1)).padStart(4, '0')}`, list_id, occurred_at, amount_minor: 100n, position: 1n, ...more });

describe('list to first sale', () => {
  it('MET-02 (list to first sale) follows the lists sent first in the window: 2 of 4 sold by now, 1 still may (Q83)', () => {
    const lists = [
      list('a', '2017-07-01T00:00:00Z'),
      list('b', '2017-07-20'),
      list('c', '2017-07-21'),
      list('d', '2017-07-22', '2017-08-20'), // closed without a sale
      list('e', '2017-06-20'), // June's
      list('f', null), // not sent
    ];
    const sales = [
      ...[sale('a', '2017-07-10'), sale('a', '2017-07-11')], // the second is no first sale
      sale('b', '2017-11-01'),
      sale('c', '2017-08-01', { amount_minor: -100n }), // paid back
      sale('c', '2017-08-01', { position: 2n }), // a share of no sale of its own
      sale('e', '2017-07-05'),
      sale(null, '2017-07-05'),
    ];
    // 2 / 4 = 50 %; first sales of July: a, e
    expect(julyWindowOf(listToFirstSaleMetric, lists, ['ann'], { other: sales })).toEqual({
      value: { num: 2_000_000n, den: 4n },
      beside: { cohort: 4n, converted: 2n, maturing: 1n, arrived: 2n, period_ratio: 2_000_000n },
      marks: [],
    });
  });

  it('MET-03 without a list in the window is no_base, without any recorded sale no_feed (Q91)', () => {
    expect(julyWindowOf(listToFirstSaleMetric, []).value).toEqual({ none: 'no_base' });
    expect(julyWindowOf(listToFirstSaleMetric, [list('a', '2017-07-01')], ['ann'], { sales: 'none' }).value).toEqual({ none: 'no_feed' });
    expect(julyWindowOf(listToFirstSaleMetric, [list('a', '2017-07-01')], ['ann'], { sales: 'partial' }).marks).toEqual(['partial_feed']);
  });
});
