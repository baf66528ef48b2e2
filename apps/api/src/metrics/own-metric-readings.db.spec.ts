import { describe, expect, it } from '@jest/globals';
import {
  buildOwnMetric,
  combineParts,
  compileDaily,
  compileWindow,
  interpret,
  interpretDaily,
  knownAt,
  type Measure,
  measuresOf,
  ownMeasures,
  type OwnPlan,
  sourceNames,
} from '@waymark/metrics';
import fc from 'fast-check';
import { factWorlds, type Mutation, same } from '../testing/fact-worlds.js';
import { world, worldIds, type World } from '../testing/random-facts.js';
import { ownDefinition } from '../testing/random-own-metrics.js';

/** 300 cases with every run of the tests; the long run asks for 10,000. */
const cases = Number(process.env['OWN_METRIC_CASES'] ?? '300');

/** A few random metrics over one random world; some had a change "from now on" in the middle of the window. */
const drawn = fc.record({
  facts: world,
  definitions: fc.array(fc.record({ definition: ownDefinition, later: ownDefinition, changes: fc.nat(4) }), { minLength: 1, maxLength: 4 }),
});
type Drawn = typeof drawn extends fc.Arbitrary<infer T> ? T : never;

function plansOf({ facts, definitions }: Drawn): OwnPlan[] {
  return definitions.map(({ definition, later, changes }, n) => {
    const at = facts.days[changes]?.window.from;
    const sameKind = later.kind === definition.kind && later.unit === definition.unit;
    const standing = ownMeasures({ key: 'own.x', number: 1, segments: [{ number: 1, definition, from: null, to: null }] }).some(
      (one) => one.tense === 'standing',
    );
    const segments =
      at && sameKind && !standing
        ? [
            { number: 1, definition, from: null, to: at },
            { number: 2, definition: later, from: at, to: null },
          ]
        : [{ number: 1, definition, from: null, to: null }];
    return { key: `own.random_${n}`, number: segments.length, segments };
  });
}

describe('the two readings of own metrics', () => {
  const { query, inWorld } = factWorlds();

  const windowSums = async (measures: readonly Measure[], facts: World, known: Date | null, mutate: Mutation) => {
    const statement = compileWindow(measures, known ? 'as_known' : 'present');
    const given = [worldIds.tenant, worldIds.owners, facts.window.from, facts.window.to, ...(known ? [known] : [])];
    const { rows } = await query<Record<string, string>>(mutate(statement.text), [...given, ...statement.constants]);
    const sum = (owner: string, n: number) => BigInt(rows.find((row) => row['owner_id'] === owner)?.[`v${n}`] ?? '-1');
    return new Map(measures.flatMap((measure, n) => worldIds.owners.map((owner): [string, bigint] => [`${owner} ${measure.key}`, sum(owner, n)])));
  };

  const agreesOnWindows = async (one: Drawn, mutate: Mutation, read: typeof interpret) => {
    const { facts } = one;
    const plans = plansOf(one);
    const all = plans.flatMap(ownMeasures);
    for (const known of [null, facts.knownAt]) {
      const sums = new Map<string, bigint>();
      const told = new Map<string, bigint>();
      for (const source of sourceNames) {
        const ofSource = measuresOf(source, all);
        if (ofSource.length === 0) continue;
        const present = knownAt(source, facts.versions[source], known);
        for (const [key, sum] of await windowSums(ofSource, facts, known, mutate)) sums.set(key, sum);
        for (const measure of ofSource)
          for (const owner of worldIds.owners) told.set(`${owner} ${measure.key}`, read(measure, present, owner, facts.window));
      }
      expect(Object.fromEntries([...sums].sort())).toEqual(Object.fromEntries([...told].sort()));
      for (const plan of plans)
        for (const owner of worldIds.owners) {
          const of = (from: Map<string, bigint>) =>
            new Map(ownMeasures(plan).map((measure) => [measure.key, from.get(`${owner} ${measure.key}`) ?? 0n]));
          const metric = buildOwnMetric(plan, true);
          expect(combineParts(metric, of(sums), { hasFeed: true })).toEqual(combineParts(metric, of(told), { hasFeed: true }));
        }
    }
  };

  const agreesOnDays = async (one: Drawn, mutate: Mutation) => {
    const { facts } = one;
    const all = plansOf(one).flatMap(ownMeasures);
    const pairs = worldIds.owners.flatMap((owner) => facts.days.map((day) => ({ owner, ...day })));
    for (const source of sourceNames) {
      const ofSource = measuresOf(source, all);
      if (ofSource.length === 0) continue;
      const statement = compileDaily(ofSource);
      const arrays = [pairs.map((p) => p.owner), pairs.map((p) => p.day), pairs.map((p) => p.window.from), pairs.map((p) => p.window.to)];
      const { rows } = await query<{ key: string; kept: string }>(
        `select owner_id || ' ' || on_day || ' ' || measure as key, sum || ' of ' || count as kept from (${mutate(statement.text)}) x`,
        [worldIds.tenant, ...arrays, ...statement.constants],
      );
      const present = knownAt(source, facts.versions[source], null);
      const expected = pairs.flatMap((pair) =>
        ofSource.map((measure): [string, string] => {
          const { sum, count } = interpretDaily(measure, present, pair.owner, pair.window);
          return [`${pair.owner} ${pair.day} ${measure.key}`, `${sum} of ${count}`];
        }),
      );
      expect(Object.fromEntries(rows.map((row): [string, string] => [row.key, row.kept]).sort())).toEqual(Object.fromEntries(expected.sort()));
    }
  };

  const property = (check: (one: Drawn) => Promise<void>) => fc.asyncProperty(drawn, (one) => inWorld(one.facts, () => check(one), sourceNames));

  /** Whether the property notices one thing that is wrong. */
  const notices = async (check: (one: Drawn) => Promise<void>) => {
    const outcome = await fc.check(property(check), { numRuns: 1500, seed: 20_261_121, endOnFailure: true });
    // Only a comparison that fails is noticing; a statement that does not run would hide behind it.
    const error = outcome.errorInstance as { matcherResult?: object } | null;
    if (outcome.failed && !error?.matcherResult) throw outcome.errorInstance;
    return outcome.failed;
  };

  it('MET-04 MET-03 MET-09 SQL equals the interpreter for random own metrics on random facts with hostile dates, as it stands, as known and by day', async () => {
    const seen = new Set<string>();
    await fc.assert(
      property(async (one) => {
        for (const { definition } of one.definitions) for (const { op } of definition.of.where) seen.add(op);
        await agreesOnWindows(one, same, interpret);
        await agreesOnDays(one, same);
      }),
      { numRuns: cases, seed: 20_261_121, endOnFailure: true },
    );
    expect([...seen].sort()).toEqual(['above', 'below', 'between', 'is', 'is_not', 'missing', 'no', 'none_of', 'one_of', 'present', 'yes']);
  });

  const wrongWindows: [string, Mutation][] = [
    ['the limit of an amount counts', (text) => text.replaceAll(/(_minor|partners) > /g, '$1 >= ')],
    ['the upper limit of an amount counts', (text) => text.replaceAll(/(_minor|partners) < /g, '$1 <= ')],
    ['a missing word is another word', (text) => text.replaceAll(' is distinct from $', ' <> $')],
    ['one word of a list is lost', (text) => text.replaceAll(/ in \((\$\d+::text), /g, ` in ($1 || '!', `)],
    ['missing is there', (text) => text.replaceAll(/(s\.\w+) is not null/g, '$1 is null')],
    ['no is yes', (text) => text.replaceAll('not s.', 's.')],
    ['the window begins after its first instant', (text) => text.replaceAll('>= $3', '> $3')],
    ['the window holds its end', (text) => text.replaceAll('< $4', '<= $4')],
    ['the older version holds its last instant', (text) => text.replaceAll(/(s\.\w+_at) < (\$\d+::timestamptz)/g, '$1 <= $2')],
    ['the newer version begins after its first instant', (text) => text.replaceAll(/(s\.\w+_at) >= (\$\d+::timestamptz)/g, '$1 > $2')],
    ['another organisation is read', (text) => text.replaceAll('tenant_id = $1', '$1::uuid is not null')],
    ['withdrawn versions are read', (text) => text.replaceAll('known_to is null and', '')],
  ];
  it.each(wrongWindows)('MET-04 the property notices a wrong SQL: %s', async (_, mutate) => {
    expect(await notices((one) => agreesOnWindows(one, mutate, interpret))).toBe(true);
  });

  it('MET-04 the property notices a wrong SQL of days: the day holds its end', async () => {
    expect(await notices((one) => agreesOnDays(one, (text) => text.replaceAll('< d.to_at', '<= d.to_at')))).toBe(true);
  });

  const wrongReadings: [string, (measure: Measure) => Measure][] = [
    ['the limit of an amount counts', (measure) => changed(measure, (one) => ('above' in one ? { ...one, above: one.above - 1n } : one))],
    ['the upper limit of an amount counts', (measure) => changed(measure, (one) => ('below' in one ? { ...one, below: one.below + 1n } : one))],
    [
      'the older version holds its last instant',
      (measure) => changed(measure, (one) => ('before' in one ? { ...one, before: new Date(one.before.getTime() + 1) } : one)),
    ],
    [
      'the newer version begins after its first instant',
      (measure) => changed(measure, (one) => ('since' in one ? { ...one, since: new Date(one.since.getTime() + 1) } : one)),
    ],
    ['one word of a list is lost', (measure) => changed(measure, (one) => ('oneOf' in one ? { ...one, oneOf: one.oneOf.slice(1) } : one))],
    ['what is not the word is the word', (measure) => changed(measure, (one) => ('isNot' in one ? { column: one.column, is: one.isNot } : one))],
  ];
  it.each(wrongReadings)('MET-04 the property notices a wrong interpreter: %s', async (_, wrong) => {
    const read: typeof interpret = (measure, facts, owner, window) => interpret(wrong(measure), facts, owner, window);
    expect(await notices((one) => agreesOnWindows(one, same, read))).toBe(true);
  });
});

function changed(measure: Measure, change: (condition: Measure['where'][number]) => Measure['where'][number]): Measure {
  return { ...measure, where: measure.where.map(change) };
}
