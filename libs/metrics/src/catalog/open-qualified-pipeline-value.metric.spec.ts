import { describe, expect, it } from '@jest/globals';
import { fact, julyOf } from '../testing/read-metric.js';
import { openQualifiedPipelineValueMetric } from './open-qualified-pipeline-value.metric.js';

const deal = (more: Record<string, string | bigint | boolean | null>) =>
  fact({ occurred_at: '2017-06-01', kind: 'deal', qualified: true, value_minor: 100n, ...more });
const july = (...pipeline_events: ReturnType<typeof deal>[]) => julyOf(openQualifiedPipelineValueMetric, { pipeline_events });

describe('open qualified pipeline value', () => {
  it('MET-02 (open qualified pipeline value) is what stands at the end of the window, however long it has stood', () => {
    expect(july(deal({}), deal({ occurred_at: '2016-10-20', value_minor: 5n }))).toEqual({ num: 105n, den: 1n });
    expect(july(deal({ occurred_at: '2017-07-31T23:59:59.999Z' }))).toEqual({ num: 100n, den: 1n });
    expect(july(deal({ occurred_at: '2017-08-01T00:00:00Z' }))).toEqual({ num: 0n, den: 1n });
  });

  it('MET-02 (open qualified pipeline value) drops what ended before the end, not what ends with it', () => {
    expect(july(deal({ ended_at: '2017-07-31T23:59:59.999Z' }))).toEqual({ num: 0n, den: 1n });
    expect(july(deal({ ended_at: '2017-08-01T00:00:00Z' }))).toEqual({ num: 100n, den: 1n });
  });

  it('MET-02 (open qualified pipeline value) counts undated deals once they are qualified (SRC-11), and never unqualified, won or empty ones', () => {
    expect(july(deal({ undated: true }))).toEqual({ num: 100n, den: 1n });
    expect(july(deal({ qualified: false }), deal({ kind: 'won' }), deal({ kind: 'lead' }), deal({ value_minor: 0n }))).toEqual({ num: 0n, den: 1n });
  });

  it('SRC-08 MET-02 (open qualified pipeline value) is not known while a deal that counts has an amount without a rate', () => {
    const foreign = { unrated: true, value_minor: 0n };
    expect(july(deal({}), deal(foreign))).toEqual({ none: 'no_rate' });
    expect(july(deal({}), deal({ ...foreign, qualified: false }), deal({ ...foreign, kind: 'won' }))).toEqual({ num: 100n, den: 1n });
    expect(july(deal({}), deal({ ...foreign, ended_at: '2017-07-15' }))).toEqual({ num: 100n, den: 1n });
  });
});
