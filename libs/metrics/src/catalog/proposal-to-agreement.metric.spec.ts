import { describe, expect, it } from '@jest/globals';
import { fact, julyWindowOf } from '../testing/read-metric.js';
import { proposalToAgreementMetric } from './proposal-to-agreement.metric.js';

let next = 0n;
const event = (item_id: string, occurred_at: string, step: string | null, more: Record<string, string | boolean> = {}) =>
  fact({ item_id, occurred_at, step, kind: 'deal', sequence: (next += 1n), ...more });
const read = (events: ReturnType<typeof fact>[], owners = ['ann']) => julyWindowOf(proposalToAgreementMetric, events, owners);

describe('proposal to agreement', () => {
  it('MET-02 (proposal to agreement) follows the leads whose first proposal lies in the window: 3 of 5 agreed by now, 1 still may (Q83)', () => {
    const story = [
      ...[event('a', '2017-07-02', 'proposal'), event('a', '2017-07-20', 'agreement')], // there
      ...[event('b', '2017-07-31T23:59:59.999Z', 'proposal'), event('b', '2017-10-02', 'agreement')], // there, in October
      ...[event('c', '2017-07-05', 'proposal'), event('c', '2017-07-09', null, { kind: 'won' })], // there: what is won was agreed
      ...[event('d', '2017-07-06', 'proposal'), event('d', '2017-07-30', null, { kind: 'lost' })], // will not
      event('e', '2017-07-07', 'proposal'), // still may
      ...[event('f', '2017-06-30', 'proposal'), event('f', '2017-07-03', 'agreement')], // June's lead, July's agreement
      event('g', '2017-08-01T00:00:00Z', 'proposal'), // August's
      event('h', '2017-07-08', 'proposal', { partner: true }), // a contact of a list
      event('i', '2017-07-08', 'proposal', { undated: true }), // nobody knows when
    ];
    // 3 / 5 = 60 %; the agreements of July are a and f: 2 / 5 = 40 % as the ratio of the period
    expect(read(story)).toEqual({
      value: { num: 3_000_000n, den: 5n },
      beside: { cohort: 5n, converted: 3n, maturing: 1n, arrived: 2n, period_ratio: 2_000_000n },
      marks: [],
    });
  });

  it('MET-02 (proposal to agreement) the ratio of the period may pass 100 %, the share of the cohort never does', () => {
    const old = ['x', 'y', 'z'].flatMap((item) => [event(item, '2017-06-02', 'proposal'), event(item, '2017-07-02', 'agreement')]);
    const { value, beside } = read([...old, event('w', '2017-07-04', 'proposal')]);
    expect([value, beside]).toMatchObject([{ num: 0n, den: 1n }, { period_ratio: 3_000_000n }]); // 3 / 1 = 300 %
  });

  it('MET-02 (proposal to agreement) an agreement before the first proposal does not count, one at the same instant counts by its order', () => {
    const before = [event('k', '2017-07-01', 'agreement'), event('k', '2017-07-02', 'proposal')];
    const same = [event('l', '2017-07-03', 'proposal'), event('l', '2017-07-03', 'agreement')];
    expect(read([...before, ...same]).value).toEqual({ num: 1_000_000n, den: 2n });
  });

  it('MET-02 (proposal to agreement) a lead belongs to the owner of its first proposal', () => {
    const handed = [event('m', '2017-07-02', 'proposal'), event('m', '2017-07-03', 'agreement', { owner_id: 'ben' })];
    expect(read(handed, ['ann'])).toMatchObject({ value: { num: 1_000_000n, den: 1n }, beside: { arrived: 0n } });
    expect(read(handed, ['ben'])).toMatchObject({ value: { none: 'no_base' }, beside: { arrived: 1n, period_ratio: 'no_base' } });
  });

  it('MET-03 without a proposal in the window is no_base, never 0 %', () => {
    expect(read([]).value).toEqual({ none: 'no_base' });
  });
});
