import { describe, expect, it } from '@jest/globals';
import { displayValue, windowOf } from '@waymark/kernel';
import { dueQuarters } from '../algebra/due-quarters.js';
import type { Fact } from '../algebra/interpret.js';
import { interpretWindow, type Member } from '../algebra/window-measure.js';
import { fact } from '../testing/read-metric.js';
import { qbrCompletionMetric } from './qbr-completion.metric.js';
import { reviewsDue } from './reviews-due.js';

let next = 0;
const moved = (company_id: string, occurred_at: string, dollars: number, owner_id = 'ann') => {
  next += 1;
  return fact({ id: `id-${String(next).padStart(4, '0')}`, company_id, occurred_at, amount_minor: BigInt(dollars * 100), owner_id });
};
const review = (company_id: string, completed_at: string, more: Record<string, string | null> = {}) =>
  fact({ type: 'qbr', outcome: 'completed', company_id, completed_at, owner_id: 'somebody', ...more });

interface Asked {
  from: string;
  to: string;
  now?: string;
  zone?: string;
  startMonth?: number;
  members?: Member[];
}

/** The metric of Ann by the plain reading, with what stands beside it as [due, held, missing]. */
function read(movements: Fact[], reviews: Fact[], { from, to, now = '2018-06-01', zone = 'UTC', startMonth = 1, members }: Asked) {
  const window = windowOf(from, to, zone);
  const due = dueQuarters(window, { startMonth, zone }, new Date(now), new Date('2016-01-01'));
  const parts = interpretWindow(reviewsDue, movements, members ?? [{ scope: 'all', ownerId: 'ann', from: null, to: null }], window, {
    other: reviews,
    due,
  });
  const value = qbrCompletionMetric.combine(parts, { hasFeed: true });
  return { value, list: [parts.due, parts.held], shown: displayValue(value, 'percent', 'USD') };
}

const year = { from: '2017-01-01', to: '2017-12-31' };
const second = { from: '2017-04-01', to: '2017-06-30' };

/**
 * Three customers in 2017. Old is there all year: 4 reviews due. Came joined on 3 May: of the second quarter it was active 29 days of May + 30 of June =
 * 59, so its first due is that of the third: 2 due. Left was lost on 2 June: January to March 90 days, April and May 30 + 31 = 61 days, so 2 due.
 */
const story = [moved('old', '2016-11-01', 100), moved('came', '2017-05-03', 50), moved('left', '2016-12-01', 80), moved('left', '2017-06-02', -80)];
const held = [
  review('old', '2017-02-10'),
  review('old', '2017-02-20'), // the second in its quarter helps nobody
  review('old', '2017-03-31T23:59:59.999Z'),
  review('old', '2017-07-01T00:00:00Z'),
  review('came', '2017-05-20'), // it owes none yet
  review('came', '2017-12-31T23:00:00Z'),
  review('left', '2017-05-05'),
  review('left', '2017-08-05'), // no customer any more
];

describe('QBR completion', () => {
  it('MET-02 (QBR) over a year: 4 of the 8 reviews due were held, 50 %', () => {
    // due 4 + 2 + 2 = 8; held: old Q1 and Q3, came Q4, left Q2 = 4
    const { value, list, shown } = read(story, held, year);
    expect([value, list, shown]).toEqual([{ num: 4_000_000n, den: 8n }, [8n, 4n], '50 %']);
  });

  it('MET-02 (QBR) by quarter: 1 of 2, 1 of 2, 1 of 2, 1 of 2 add up to the year', () => {
    const of = (from: string, to: string) => read(story, held, { from, to }).list;
    expect([of('2017-01-01', '2017-03-31'), of('2017-04-01', '2017-06-30'), of('2017-07-01', '2017-09-30'), of('2017-10-01', '2017-12-31')]).toEqual([
      [2n, 1n],
      [2n, 1n],
      [2n, 1n],
      [2n, 1n],
    ]);
  });

  it('MET-02 (QBR) MET-03 a month without due items is no_data, the month with the last day of the quarter has them all', () => {
    expect(read(story, held, { from: '2017-05-01', to: '2017-05-31' }).value).toEqual({ none: 'no_data' });
    expect(read(story, held, { from: '2017-06-01', to: '2017-06-29' }).value).toEqual({ none: 'no_data' });
    expect(read(story, held, { from: '2017-06-30', to: '2017-06-30' }).list).toEqual([2n, 1n]);
    expect(read([], [], year).value).toEqual({ none: 'no_data' });
  });

  it('MET-02 (QBR) a customer of 60 days owes a review, one of 59 does not; the day of coming counts, the day of leaving does not', () => {
    const active = (from: string, to: string) => read([moved('c', from, 10), moved('c', to, -10)], [], second).list[0];
    // April 30 + May 30 = 60 when it leaves on 31 May; 59 a day earlier
    expect([active('2017-04-01', '2017-05-31'), active('2017-04-01', '2017-05-30')]).toEqual([1n, 0n]);
    // from 2 May: 30 + 30 = 60
    expect([active('2017-05-02', '2017-07-09'), active('2017-05-03', '2017-07-09')]).toEqual([1n, 0n]);
    // two stretches of 30 days make 60
    const back = [moved('d', '2017-04-01', 10), moved('d', '2017-05-01', -10), moved('d', '2017-06-01', 10)];
    expect(read(back, [], second).list[0]).toEqual(1n);
    expect(read([...back, moved('d', '2017-06-30', -10)], [], second).list[0]).toEqual(0n);
  });

  it('MET-02 (QBR) counts a completed review inside the quarter alone, whoever held it, and 100 % is the most', () => {
    const one = [moved('c', '2017-01-01', 10)];
    const of = (...reviews: Fact[]) => read(one, reviews, second).list[1];
    expect(of(review('c', '2017-04-01T00:00:00Z'))).toBe(1n);
    expect(of(review('c', '2017-06-30T23:59:59.999Z'))).toBe(1n);
    expect(of(review('c', '2017-03-31T23:59:59.999Z'), review('c', '2017-07-01T00:00:00Z'))).toBe(0n);
    expect(of(review('c', '2017-05-01', { outcome: 'no_show' }), review('c', '2017-05-01', { type: 'meeting' }), review('other', '2017-05-01'))).toBe(
      0n,
    );
    expect(read(one, [review('c', '2017-05-01'), review('c', '2017-05-02'), review('c', '2017-05-03')], second).value).toEqual({
      num: 1_000_000n,
      den: 1n,
    });
  });

  it("MET-02 (QBR) takes today's customers to the end of a running quarter, and owes nothing for one ahead", () => {
    const young = [
      moved('young', '2017-04-20', 10),
      moved('late', '2017-05-10', 10),
      moved('gone', '2017-01-01', 10),
      moved('gone', '2017-05-01', -10),
    ];
    // on 15 May: young will have 11 + 31 + 30 = 72 days, late 22 + 30 = 52, gone had 30
    expect(read(young, [], { ...second, now: '2017-05-15' }).list).toEqual([1n, 0n]);
    expect(read(young, [], { ...year, now: '2017-05-15' }).list).toEqual([2n, 0n]); // gone in the first quarter, young in this one
    expect(read(young, [], { from: '2017-07-01', to: '2017-12-31', now: '2017-05-15' }).value).toEqual({ none: 'no_data' });
  });

  it('MET-02 (QBR) goes by fiscal quarters', () => {
    const one = [moved('c', '2016-06-01', 10)];
    // a year from February has quarters to the end of April, July, October and January
    const of = (from: string, to: string) => read(one, [], { from, to, startMonth: 2 }).list[0];
    expect([of('2017-04-01', '2017-04-30'), of('2017-06-01', '2017-06-30'), of('2017-01-01', '2017-12-31')]).toEqual([1n, 0n, 4n]);
  });

  it('MET-02 (QBR) MET-09 goes by days of the zone', () => {
    const far = 'Pacific/Auckland'; // 12 hours before UTC in June
    const one = [moved('c', '2017-01-01', 10)];
    expect(read(one, [review('c', '2017-06-30T11:59:59.999Z')], { ...second, zone: far }).list).toEqual([1n, 1n]);
    expect(read(one, [review('c', '2017-06-30T12:00:00Z')], { ...second, zone: far }).list).toEqual([1n, 0n]);
  });

  it('MET-02 (QBR) belongs to who has the customer when the day begins on which it is due', () => {
    const handed = [moved('h', '2017-01-01', 10, 'old'), moved('h', '2017-06-29', 0, 'ann'), moved('h', '2017-06-30T08:00:00Z', 0, 'ben')];
    const of = (ownerId: string, from: string | null = null) =>
      read(handed, [], { ...second, members: [{ scope: 'all', ownerId, from: from === null ? null : new Date(from), to: null }] }).list[0];
    expect([of('ann'), of('old'), of('ben')]).toEqual([1n, 0n, 0n]);
    expect([of('ann', '2017-06-30T00:00:00Z'), of('ann', '2017-06-30T00:00:00.001Z')]).toEqual([1n, 0n]);
  });
});
