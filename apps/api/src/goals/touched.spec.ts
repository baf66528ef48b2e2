import { describe, expect, it } from '@jest/globals';
import { metrics as shipped } from '@waymark/metrics';
import { reachedBy } from './touched.js';

const quarter = (id: string, starts_on: string, ends_on: string) => ({ id, starts_on, ends_on, locked: false });
const periods = [quarter('q1', '2026-01-01', '2026-03-31'), quarter('q2', '2026-04-01', '2026-06-30'), quarter('q3', '2026-07-01', '2026-09-30')];

/** "metric period owner" of what these changes reach among the metrics with these keys. */
function reached(keys: string[], ...changed: [measure: string, owner: string, day: string][]): string[] {
  const metrics = [...shipped.values()].filter((metric) => keys.includes(metric.key));
  expect(metrics).toHaveLength(keys.length);
  return reachedBy(
    changed.map(([measure, owner_id, on_day]) => ({ measure, owner_id, on_day })),
    metrics,
    periods,
  ).map(({ metric, periodId, ownerId }) => `${metric} ${periodId} ${ownerId ?? 'everybody'}`);
}

describe('which goals a change reaches', () => {
  it('MET-06 what is counted on its day reaches the periods that contain the day, first and last day included, of its person, once', () => {
    expect(reached(['calls_completed'], ['calls_completed', 'ann', '2026-04-01'])).toEqual(['calls_completed q2 ann']);
    expect(
      reached(
        ['calls_completed'],
        ['calls_completed', 'ann', '2026-03-31'],
        ['calls_completed', 'ann', '2026-02-01'],
        ['calls_completed', 'ben', '2026-07-01'],
      ),
    ).toEqual(['calls_completed q1 ann', 'calls_completed q3 ben']);
    expect(reached(['calls_completed'], ['calls_completed', 'ann', '2025-12-31'], ['calls_completed', 'ann', '2026-10-01'])).toEqual([]);
  });

  it('MET-06 what stands reaches every period that ends on the day or later, from the earliest of its days on', () => {
    expect(
      reached(['open_qualified_pipeline_value'], ['open_qualified_value', 'ann', '2026-08-01'], ['open_qualified_value', 'ann', '2026-06-30']),
    ).toEqual(['open_qualified_pipeline_value q2 ann', 'open_qualified_pipeline_value q3 ann']);
  });

  it('MET-06 a measure reaches each metric that reads it, and no other', () => {
    expect(reached(['win_rate', 'revenue', 'calls_completed'], ['deals_won', 'ann', '2026-05-05'])).toEqual(['win_rate q2 ann']);
    expect(reached(['revenue'], ['unheard_of', 'ann', '2026-05-05'])).toEqual([]);
  });

  it('MET-06 a window reaches the goals of everybody from its earliest day on, one that is followed up to now those of all periods', () => {
    const windows = [...shipped.values()].flatMap(({ key, window }) => (window ? [{ key, window }] : []));
    const plain = windows.find(({ window }) => !window.byNow);
    const byNow = windows.find(({ window }) => window.byNow);
    expect(
      reached([plain?.key as string], [plain?.window.key as string, 'ann', '2026-08-01'], [plain?.window.key as string, 'ben', '2026-05-01']),
    ).toEqual([`${plain?.key} q2 everybody`, `${plain?.key} q3 everybody`]);
    expect(reached([byNow?.key as string], [byNow?.window.key as string, 'ann', '2026-08-01'])).toEqual(
      ['q1', 'q2', 'q3'].map((period) => `${byNow?.key} ${period} everybody`),
    );
  });
});
