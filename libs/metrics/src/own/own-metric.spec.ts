import { describe, expect, it } from '@jest/globals';
import { DomainError, whole } from '@waymark/kernel';
import { compileDaily, compileWindow } from '../algebra/compile.js';
import { metrics } from '../registry.js';
import { sources } from '../sources.js';
import { fact, julyOf } from '../testing/read-metric.js';
import { buildOwnMetric, ownMeasures } from './build-metric.js';
import { ownKeyOf, ownLimits, type OwnMetricDefinition } from './definition.js';
import { ownNature, parseOwnMetric } from './parse-definition.js';
import { registryWith } from './registry.js';
import { ownSources } from './schema.js';

const calls = { source: 'activities', date: 'completed_at', where: [{ column: 'type', op: 'is', values: ['call'] }], aggregate: 'count' };
const sold = { source: 'sales', date: 'occurred_at', where: [], aggregate: 'sum', column: 'amount_minor' };
const base = { label: 'Calls', unit: 'count', kind: 'measure', of: calls };

/** What is wrong, as "field code". */
function wrongIn(definition: unknown): string[] {
  try {
    parseOwnMetric(definition);
    return [];
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return error.fields.map(({ field, code }) => `${field.replace('definition.', '')} ${code}`);
  }
}
const withConditions = (...where: unknown[]) => ({ ...base, of: { ...calls, where } });
const built = (definition: unknown, from: Date | null = null) =>
  buildOwnMetric({ key: 'own.x', number: 1, segments: [{ number: 1, definition: parseOwnMetric(definition), from, to: null }] }, true);

describe('own metrics', () => {
  it('MET-04 a definition is read with its defaults, and says what follows from it', () => {
    const parsed = parseOwnMetric(base);
    expect(parsed).toEqual({ ...base, description: '', direction: 'up', per: null, of: { ...calls, column: null } });
    expect(ownNature(parsed)).toEqual({ units: ['count'], additive: true, tense: 'during' });
    expect(ownNature(parseOwnMetric({ ...base, kind: 'ratio', unit: 'percent', per: { ...calls, where: [] } }))).toEqual({
      units: ['percent', 'count'],
      additive: false,
      tense: 'during',
    });
  });

  const wrong: [string, unknown, string[]][] = [
    ['no definition at all', null, ['definition object', 'kind one_of', 'label text', 'unit one_of', 'of object']],
    ['an unknown source', { ...base, of: { ...calls, source: 'users' } }, ['of.source unknown_source']],
    ['an unknown column', withConditions({ column: 'password_hash', op: 'is', values: ['x'] }), ['of.where.0.column unknown_column']],
    ['a column that definitions do not see', withConditions({ column: 'owner_id', op: 'is', values: ['x'] }), ['of.where.0.column unknown_column']],
    ['a comparison of the wrong type', withConditions({ column: 'type', op: 'above', values: ['1'] }), ['of.where.0.op one_of']],
    ['a word that the column never holds', withConditions({ column: 'type', op: 'is', values: ['fax'] }), ['of.where.0.values.0 unknown_word']],
    ['too few words', withConditions({ column: 'type', op: 'one_of', values: [] }), ['of.where.0.values items']],
    ['a word twice', withConditions({ column: 'type', op: 'one_of', values: ['call', 'call'] }), ['of.where.0.values unique']],
    [
      'too many conditions',
      withConditions(...Array.from({ length: ownLimits.conditions + 1 }, () => ({ column: 'type', op: 'is', values: ['call'] }))),
      ['of.where items'],
    ],
    [
      'an amount with three places',
      { ...base, of: { ...sold, where: [{ column: 'amount_minor', op: 'above', values: ['1.005'] }] }, unit: 'money' },
      ['of.where.0.values.0 decimal'],
    ],
    [
      'an amount that is a number',
      { ...base, of: { ...sold, where: [{ column: 'amount_minor', op: 'above', values: [5] }] }, unit: 'money' },
      ['of.where.0.values.0 decimal'],
    ],
    [
      'an amount beyond all',
      { ...base, of: { ...sold, where: [{ column: 'amount_minor', op: 'above', values: ['9999999999999999'] }] }, unit: 'money' },
      ['of.where.0.values.0 max'],
    ],
    [
      'ends in the wrong order',
      { ...base, of: { ...sold, where: [{ column: 'amount_minor', op: 'between', values: ['9', '1'] }] }, unit: 'money' },
      ['of.where.0.values order'],
    ],
    ['a sum over a word', { ...base, of: { ...calls, aggregate: 'sum', column: 'type' } }, ['of.column not_an_amount']],
    ['a sum of nothing', { ...base, of: { ...calls, aggregate: 'sum' } }, ['of.column unknown_column']],
    ['a count of a column', { ...base, of: { ...sold, aggregate: 'count' } }, ['of.column not_used']],
    ['an average of rows', { ...base, kind: 'average' }, ['of.aggregate average']],
    [
      'a ratio of a measure to itself',
      { ...base, kind: 'ratio', unit: 'percent', per: { ...calls, where: [...calls.where, ...calls.where] } },
      ['per same_measure'],
    ],
    ['nothing to divide by', { ...base, kind: 'ratio', unit: 'percent' }, ['per required']],
    ['a divisor of what is not divided', { ...base, per: sold }, ['per not_used']],
    ['a unit that does not follow', { ...base, unit: 'money' }, ['unit unit']],
    ['rows per money', { ...base, kind: 'ratio', per: sold }, ['per unit']],
    [
      'a ratio that is said to add up',
      { ...base, kind: 'ratio', unit: 'percent', per: { ...calls, where: [] }, additive: true },
      ['additive additive'],
    ],
    [
      'a window by what stands',
      { ...base, kind: 'ratio', unit: 'percent', per: { source: 'pipeline_events', date: 'standing', aggregate: 'count' } },
      ['per.date tense'],
    ],
    ['a date of another source', { ...base, of: { ...calls, date: 'occurred_at' } }, ['of.date one_of']],
    ['a field that nobody knows', { ...base, sql: 'select 1' }, ['sql unknown_field']],
    ['a label of blanks', { ...base, label: '  ' }, ['label text']],
    ['a label with a NUL', { ...base, label: 'a\u0000b' }, ['label text']],
    ['a broken character', { ...base, label: 'a\ud800' }, ['label text']],
    ['two mistakes', { ...base, unit: 'metres', of: { ...calls, date: 'x' } }, ['unit one_of', 'of.date one_of']],
  ];
  it.each(wrong)('MET-04 names the field that is wrong: %s', (_, definition, expected) => {
    expect(wrongIn(definition)).toEqual(expected);
  });

  const is = (word: string) => ({ column: 'outcome', op: 'is', values: [word] });
  const excluding: [string, unknown[], boolean][] = [
    ['two words at once', [is('completed'), is('no_show')], true],
    ['a word and its absence', [is('completed'), { column: 'outcome', op: 'missing', values: [] }], true],
    ['a word and not that word', [is('completed'), { column: 'outcome', op: 'is_not', values: ['completed'] }], true],
    [
      'lists without a common word',
      [
        { column: 'outcome', op: 'one_of', values: ['completed', 'no_show'] },
        { column: 'outcome', op: 'none_of', values: ['no_show', 'completed'] },
      ],
      true,
    ],
    [
      'none of all words, and there',
      [
        { column: 'outcome', op: 'none_of', values: ['completed', 'no_show', 'cancelled', 'rescheduled'] },
        { column: 'outcome', op: 'present', values: [] },
      ],
      true,
    ],
    ['none of all words', [{ column: 'outcome', op: 'none_of', values: ['completed', 'no_show', 'cancelled', 'rescheduled'] }], false],
    [
      'lists with a common word',
      [
        { column: 'outcome', op: 'one_of', values: ['completed', 'no_show'] },
        { column: 'outcome', op: 'is_not', values: ['no_show'] },
      ],
      false,
    ],
    ['the same twice', [is('completed'), is('completed')], false],
  ];
  it.each(excluding)('MET-04 conditions that exclude each other are told: %s', (_, where, excluded) => {
    expect(wrongIn(withConditions(...where))).toEqual(excluded ? [`of.where.${where.length - 1} contradiction`] : []);
  });

  it('MET-04 limits of amounts exclude each other when no amount lies between them', () => {
    const limits = (above: string, below: string) => [
      { column: 'amount_minor', op: 'above', values: [above] },
      { column: 'amount_minor', op: 'below', values: [below] },
    ];
    const money = (where: unknown[]) => wrongIn({ ...base, unit: 'money', of: { ...sold, where } });
    // Above 1.00 and below 1.01 leaves nothing; below 1.02 leaves 1.01.
    expect(money(limits('1.00', '1.01'))).toEqual(['of.where.1 contradiction']);
    expect(money(limits('1.00', '1.02'))).toEqual([]);
    expect(money([{ column: 'amount_minor', op: 'between', values: ['1', '1'] }])).toEqual([]);
    const deals = { source: 'pipeline_events', date: 'standing', aggregate: 'count' };
    const flags = ['yes', 'no'].map((op) => ({ column: 'qualified', op, values: [] }));
    expect(wrongIn({ ...base, of: { ...deals, where: flags } })).toEqual(['of.where.1 contradiction']);
  });

  it('MET-04 keys lie in a room of their own, and no key of the catalogue begins like them', () => {
    const taken = new Set(['own.gross_anrufe', 'own.gross_anrufe_2']);
    expect(ownKeyOf('  Größe! Anrufe ', new Set())).toBe('own.gro_e_anrufe');
    expect(ownKeyOf('Gross Anrufe', taken)).toBe('own.gross_anrufe_3');
    expect(ownKeyOf('電話', new Set())).toBe('own.metric');
    expect([...metrics.keys()].filter((key) => key.startsWith('own.') || key.includes('@'))).toEqual([]);
    const thief = { ...built(base), key: 'revenue' };
    expect(registryWith([thief]).metrics.get('revenue')).toBe(metrics.get('revenue'));
  });

  it('MET-04 what is offered is in the sources, with its type, and what is looked after by itself is not', () => {
    for (const source of ownSources) {
      const columns: Record<string, string> = sources[source.key].columns;
      for (const column of source.columns) expect([source.key, column.key, columns[column.key]]).toEqual([source.key, column.key, column.type]);
      for (const date of source.dates) expect([columns[date.at], columns[date.until ?? date.at]]).toEqual(['instant', 'instant']);
      expect(source.columns.map((column) => column.key)).not.toEqual(expect.arrayContaining(['unrated', 'undated', 'owner_id']));
      expect(source.dates.length).toBeGreaterThan(0);
    }
    expect(ownSources.map((source) => source.key)).toEqual(Object.keys(sources));
  });

  it('MET-04 MET-03 counts, sums, averages and ratios come out of facts as the catalogue would have them', () => {
    const activities = ['completed', 'completed', 'no_show', null].map((outcome) =>
      fact({ completed_at: '2017-07-05', scheduled_at: null, type: 'call', outcome }),
    );
    const sales = [fact({ occurred_at: '2017-07-03', amount_minor: 10_000n }), fact({ occurred_at: '2017-07-09', amount_minor: 5_001n })];
    expect(julyOf(built(base), { activities })).toEqual(whole(4n));
    expect(julyOf(built(withConditions({ column: 'outcome', op: 'is_not', values: ['completed'] })), { activities })).toEqual(whole(2n));
    expect(julyOf(built({ ...base, unit: 'money', of: sold }), { sales })).toEqual(whole(15_001n));
    // (100.00 + 50.01) / 2 sales
    expect(julyOf(built({ ...base, unit: 'money', kind: 'average', of: sold }), { sales })).toEqual({ num: 15_001n, den: 2n });
    const large = { ...sold, where: [{ column: 'amount_minor', op: 'between', values: ['50.02', '100.00'] }] };
    expect(julyOf(built({ ...base, unit: 'money', of: large }), { sales })).toEqual(whole(10_000n));
    // 2 completed of 4 calls: 50 %, in ten-thousandths
    const share = { ...base, kind: 'ratio', unit: 'percent', of: { ...calls, where: [...calls.where, is('completed')] }, per: calls };
    expect(julyOf(built(share), { activities })).toEqual({ num: 2_000_000n, den: 4n });
    expect(julyOf(built({ ...share, unit: 'count' }), { activities })).toEqual({ num: 2n, den: 4n });
    expect(julyOf(built(share), {})).toEqual({ none: 'no_base' });
    expect(julyOf(built(base), { activities }, false)).toEqual({ none: 'no_data' });
  });

  it('MET-04 SRC-08 (numbers) an amount without a rate stops an own number as it stops those of the catalogue', () => {
    const sales = [fact({ occurred_at: '2017-07-03', amount_minor: 10_000n }), fact({ occurred_at: '2017-07-09', amount_minor: 0n, unrated: true })];
    const large = { ...sold, where: [{ column: 'amount_minor', op: 'above', values: ['50'] }] };
    expect(julyOf(built({ ...base, unit: 'money', of: sold }), { sales })).toEqual({ none: 'no_rate' });
    expect(julyOf(built({ ...base, unit: 'money', of: large }), { sales })).toEqual({ none: 'no_rate' });
    const count = { ...sold, aggregate: 'count', column: null };
    expect(julyOf(built({ ...base, of: { ...large, ...{ aggregate: 'count', column: null } } }), { sales })).toEqual({ none: 'no_rate' });
    // How many sales there were needs no rate.
    expect(julyOf(built({ ...base, of: count }), { sales })).toEqual(whole(2n));
  });

  it('MET-04 from now on: older days keep the older version, and until its days are computed a metric says not_yet', () => {
    const version = (number: number, word: string, from: string | null, to: string | null) => ({
      number,
      definition: parseOwnMetric(withConditions({ column: 'type', op: 'is', values: [word] })),
      from: from === null ? null : new Date(from),
      to: to === null ? null : new Date(to),
    });
    const change = '2017-07-10T00:00:00Z';
    const plan = { key: 'own.x', number: 2, segments: [version(1, 'call', null, change), version(2, 'meeting', change, null)] };
    const at = (completed_at: string, type: string) => fact({ completed_at, scheduled_at: null, type, outcome: null });
    const activities = [
      at('2017-07-09', 'call'),
      at('2017-07-09', 'meeting'),
      at('2017-07-10', 'call'),
      at(change, 'meeting'),
      at('2017-07-11', 'meeting'),
    ];
    // One call before the change, two meetings from it on.
    expect(julyOf(buildOwnMetric(plan, true), { activities })).toEqual(whole(3n));
    expect(ownMeasures(plan).map((measure) => measure.key)).toEqual(['own.x@2.1.of', 'own.x@2.2.of']);
    expect(julyOf(buildOwnMetric(plan, false), { activities })).toEqual({ none: 'not_yet' });
  });

  it('MET-04 texts of people become parameters, never SQL', () => {
    const hostile = [`'; drop table sales; --`, '$1', '" or 1 = 1', '\\', `x' union select password_hash from users --`];
    const where = hostile.map((word) => ({ column: 'type', op: 'is_not', values: [word] }));
    expect(wrongIn(withConditions(...where))).toEqual(where.map((_, n) => `of.where.${n}.values.0 unknown_word`));
    // Even past the check: a measure with such words has them among its parameters alone.
    const definition: OwnMetricDefinition = parseOwnMetric(base);
    const forced = {
      ...definition,
      of: { ...definition.of, where: hostile.map((word) => ({ column: 'type', op: 'is_not' as const, values: [word] })) },
    };
    const measures = ownMeasures({ key: 'own.x', number: 1, segments: [{ number: 1, definition: forced, from: null, to: null }] });
    for (const { text, constants } of [compileDaily(measures), compileWindow(measures, 'present'), compileWindow(measures, 'as_known')]) {
      expect(text).not.toMatch(/drop table|union select|password|'/);
      expect(constants).toEqual(expect.arrayContaining(hostile));
    }
  });
});
