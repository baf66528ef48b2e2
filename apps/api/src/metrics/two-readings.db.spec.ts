import { describe, expect, it } from '@jest/globals';
import {
  combineParts,
  compileDaily,
  compileWindow,
  interpret,
  interpretDaily,
  knownAt,
  measures,
  measuresOf,
  metrics,
  sourceNames,
  compileWindowMeasure,
  interpretWindow,
  quarterParameters,
  versionsAt,
  windowMeasures,
  type Measure,
  type SourceName,
  type WindowMeasure,
} from '@waymark/metrics';
import fc from 'fast-check';
import { everySource, factWorlds, type Mutation, same } from '../testing/fact-worlds.js';
import { world, worldIds, type World } from '../testing/random-facts.js';

const isChanged = (text: string, mutate: Mutation) => mutate(text) !== text;

describe('the two readings of a measure', () => {
  const { query, inWorld } = factWorlds();

  const windowSums = async (ofSource: Measure[], facts: World, known: Date | null, mutate: Mutation) => {
    const statement = compileWindow(ofSource, known ? 'as_known' : 'present');
    const given = [worldIds.tenant, worldIds.owners, facts.window.from, facts.window.to, ...(known ? [known] : [])];
    const { rows } = await query<Record<string, string>>(mutate(statement.text), [...given, ...statement.constants]);
    const sum = (owner: string, n: number) => BigInt(rows.find((row) => row['owner_id'] === owner)?.[`v${n}`] ?? '-1');
    return worldIds.owners.flatMap((owner) => ofSource.map((measure, n) => ({ owner, measure: measure.key, sum: sum(owner, n) })));
  };

  const agreesOnWindows = async (facts: World, mutate: Mutation, read: typeof interpret, sources: readonly SourceName[] = sourceNames) => {
    for (const known of [null, facts.knownAt])
      for (const source of sources) {
        const present = knownAt(source, facts.versions[source], known);
        const ofSource = measuresOf(source);
        const expected = worldIds.owners.flatMap((owner) =>
          ofSource.map((measure) => ({ owner, measure: measure.key, sum: read(measure, present, owner, facts.window) })),
        );
        expect(await windowSums(ofSource, facts, known, mutate)).toEqual(expected);
      }
  };

  /** Window measures of every scope of the world, by the statement and by the plain reading. */
  const agreesOnScopes = async (facts: World, mutate: Mutation, read: typeof interpretWindow, of: readonly WindowMeasure[] = windowMeasures) => {
    const { members, window } = facts;
    const columns = [members.map((m) => m.scope), members.map((m) => m.ownerId), members.map((m) => m.from), members.map((m) => m.to)];
    for (const known of [null, facts.knownAt])
      for (const measure of of) {
        const { text, constants } = compileWindowMeasure(measure, known ? 'as_known' : 'present');
        const quarters = measure.byQuarter ? quarterParameters(facts.due) : [];
        const given = [worldIds.tenant, ...columns, window.from, window.to, ...(known ? [known] : []), ...quarters, ...constants];
        const { rows } = await query<Record<string, string>>(mutate(text), given);
        const versions = versionsAt(facts.versions[measure.source], known);
        const other = measure.other ? versionsAt(facts.versions[measure.other.source], known) : [];
        const expected = [...new Set(members.map((m) => m.scope))].sort().map((scope) => ({
          scope,
          ...read(
            measure,
            versions,
            members.filter((m) => m.scope === scope),
            window,
            { other, due: facts.due },
          ),
        }));
        const told = rows.map((row) => ({
          scope: row['scope'],
          ...Object.fromEntries(measure.parts.map((part) => [part, BigInt(row[part] as string)])),
        }));
        told.sort((a, b) => ((a.scope as string) < (b.scope as string) ? -1 : 1));
        expect({ measure: measure.key, known, told }).toEqual({ measure: measure.key, known, told: expected });
      }
  };

  const agreesOnDays = async (facts: World, mutate: Mutation, sources: readonly SourceName[] = sourceNames) => {
    const pairs = worldIds.owners.flatMap((owner) => facts.days.map((day) => ({ owner, ...day })));
    for (const source of sources) {
      const statement = compileDaily(measuresOf(source));
      const arrays = [pairs.map((p) => p.owner), pairs.map((p) => p.day), pairs.map((p) => p.window.from), pairs.map((p) => p.window.to)];
      const { rows } = await query<{ owner_id: string; on_day: string; measure: string; sum: string; count: number }>(
        `select owner_id, on_day::text, measure, sum::text, count from (${mutate(statement.text)}) x order by 1, 2, 3`,
        [worldIds.tenant, ...arrays, ...statement.constants],
      );
      const present = knownAt(source, facts.versions[source], null);
      const expected = pairs.flatMap((pair) =>
        measuresOf(source).map((measure) => {
          const { sum, count } = interpretDaily(measure, present, pair.owner, pair.window);
          return { owner_id: pair.owner, on_day: pair.day, measure: measure.key, sum: sum.toString(), count };
        }),
      );
      const key = (row: { owner_id: string; on_day: string; measure: string }) => `${row.owner_id} ${row.on_day} ${row.measure}`;
      const sorted = (list: typeof expected) => [...list].sort((a, b) => (key(a) < key(b) ? -1 : 1));
      expect(sorted(rows)).toEqual(sorted(expected));
    }
  };

  const holdsAlways = (check: (facts: World) => Promise<void>, numRuns = 300) =>
    fc.assert(
      fc.asyncProperty(world, (facts) => inWorld(facts, () => check(facts))),
      { numRuns, seed: 20_261_121, endOnFailure: true },
    );

  /** Whether the property notices: the same worlds, and more of them where it takes more, with one thing wrong and only the facts that it concerns. */
  const notices = async (check: (facts: World) => Promise<void>, sources = everySource) => {
    const outcome = await fc.check(
      fc.asyncProperty(world, (facts) => inWorld(facts, () => check(facts), sources)),
      { numRuns: 6000, seed: 20_261_121, endOnFailure: true },
    );
    // Only a comparison that fails is noticing; a statement that does not run would hide behind it.
    const error = outcome.errorInstance as { matcherResult?: object } | null;
    if (outcome.failed && !error?.matcherResult) throw outcome.errorInstance;
    return outcome.failed;
  };

  const metricsAgree = async (facts: World) => {
    const sums = new Map<string, bigint>();
    const told = new Map<string, bigint>();
    for (const source of sourceNames) {
      const present = knownAt(source, facts.versions[source], null);
      for (const { measure, sum } of await windowSums(measuresOf(source), facts, null, same)) sums.set(measure, (sums.get(measure) ?? 0n) + sum);
      for (const measure of measuresOf(source))
        told.set(
          measure.key,
          worldIds.owners.reduce((sum, owner) => sum + interpret(measure, present, owner, facts.window), 0n),
        );
    }
    for (const metric of metrics.values())
      expect(combineParts(metric, sums, { hasFeed: true })).toEqual(combineParts(metric, told, { hasFeed: true }));
  };

  const endOfKnowledge = new Date('2027-12-31T00:00:00Z');
  const presentIsKnownAtEnd = async (facts: World) => {
    for (const source of sourceNames)
      expect(await windowSums(measuresOf(source), facts, endOfKnowledge, same)).toEqual(await windowSums(measuresOf(source), facts, null, same));
  };

  it('MET-01 (two readings) MET-06 MET-09 MET-10 (as known) SQL equals the interpreter for every metric, as it stands, as known and by day, on 300 random worlds', async () => {
    expect([measures.length >= 7, metrics.size >= 6]).toEqual([true, true]);
    await holdsAlways(async (facts) => {
      await agreesOnWindows(facts, same, interpret);
      await agreesOnDays(facts, same);
      await metricsAgree(facts);
      await presentIsKnownAtEnd(facts);
    });
  });

  const inWindows: [string, Mutation][] = [
    ['the window begins after its first instant', (text) => text.replaceAll('>= $3', '> $3')],
    ['the window holds its end', (text) => text.replaceAll('< $4', '<= $4')],
    ['what ends at the instant still stands before it', (text) => text.replaceAll('>= $4', '> $4')],
    ['undated rows count', (text) => text.replaceAll('not s.undated', 'true')],
    ['a lost flag', (text) => text.replaceAll('s.qualified', 'true')],
    ['another organisation is read', (text) => text.replaceAll(/(\w+\.)?tenant_id = \$1/g, '$$1::uuid is not null')],
    ['withdrawn versions are read', (text) => text.replaceAll('known_to is null and', '')],
    ['what became known at the instant is not known', (text) => text.replaceAll('known_at <= $5', 'known_at < $5')],
    ['what was withdrawn at the instant is known', (text) => text.replaceAll('known_to > $5', 'known_to >= $5')],
    [
      'every entry counts as the first',
      (text) => text.replaceAll('order by k.occurred_at, k.sequence) = 1', 'order by k.occurred_at, k.sequence) >= 1'),
    ],
    ['every entry into an agreement counts as the first', (text) => text.replaceAll(" = 1 then 'made'", " >= 1 then 'made'")],
    ['what is won takes its agreement back', (text) => text.replaceAll(" or k.kind = 'won')", ')')],
    ['a contact of a partner list is a lead', (text) => text.replaceAll('not s.partner', 'true')],
    ['events of one instant lose their order', (text) => text.replaceAll('k.occurred_at, k.sequence)', 'k.occurred_at, k.sequence desc)')],
  ];
  it.each(inWindows)('MET-06 the property notices a wrong SQL: %s', async (_, mutate) => {
    const concerned = sourceNames.filter((source) =>
      (['present', 'as_known'] as const).some((reading) => isChanged(compileWindow(measuresOf(source), reading).text, mutate)),
    );
    expect(concerned).not.toEqual([]);
    expect(await notices((facts) => agreesOnWindows(facts, mutate, interpret, concerned), concerned)).toBe(true);
  });

  const inDays: [string, Mutation][] = [
    ['the day begins after its first instant', (text) => text.replaceAll('>= d.from_at', '> d.from_at')],
    ['the day holds its end', (text) => text.replaceAll('< d.to_at', '<= d.to_at')],
    ['an amount of 0 counts', (text) => text.replaceAll('value_minor > ', 'value_minor >= ')],
    ['what ended is added', (text) => text.replaceAll(' - coalesce', ' + coalesce')],
  ];
  it.each(inDays)('MET-06 the property notices a wrong SQL of days: %s', async (_, mutate) => {
    const concerned = sourceNames.filter((source) => isChanged(compileDaily(measuresOf(source)).text, mutate));
    expect(concerned).not.toEqual([]);
    expect(await notices((facts) => agreesOnDays(facts, mutate, concerned), concerned)).toBe(true);
  });

  it('MET-01 (two readings) MET-02 MET-10 (as known) SQL equals the interpreter for what does not add up over days, as it stands and as known, for people and teams, on 300 random worlds', async () => {
    expect(windowMeasures.map((measure) => measure.key).sort()).toEqual([
      'call_cohort',
      'last_answers',
      'list_cohort',
      'proposal_cohort',
      'revenue_cohort',
      'reviews_due',
      'sellers',
    ]);
    await holdsAlways((facts) => agreesOnScopes(facts, same, interpretWindow));
  });

  const inScopes: [string, Mutation][] = [
    ['the window begins after its first instant', (text) => text.replaceAll('answered_at >= $6', 'answered_at > $6')],
    ['the window holds its end', (text) => text.replaceAll('< $7', '<= $7')],
    ['what happens at the beginning counts as before it', (text) => text.replaceAll('occurred_at < $6', 'occurred_at <= $6')],
    ['the first answer counts', (text) => text.replaceAll('answered_at desc', 'answered_at')],
    ['a growing customer counts with its growth', (text) => text.replaceAll('least(c.opening, c.closing)', 'c.closing')],
    ['customers without revenue are in the cohort', (text) => text.replaceAll('u.opening > 0', 'u.opening >= 0')],
    ['the first owner has the customer', (text) => text.replaceAll('order by occurred_at desc, id desc', 'order by occurred_at, id')],
    ['a customer of 59 days owes a review', (text) => text.replaceAll('>= 60', '>= 59')],
    ['a customer of 60 days owes none', (text) => text.replaceAll('>= 60', '> 60')],
    ['a customer without revenue is active', (text) => text.replaceAll('m.arr > 0', 'm.arr >= 0')],
    ['a day that ended without the customer counts', (text) => text.replaceAll('least(m.next_no,', 'least(m.next_no + 1,')],
    ['the owner at the end of the last day owes the review', (text) => text.replaceAll('f.occurred_at < a.due_at', 'f.occurred_at <= a.due_at')],
    ['a review at the beginning of the next quarter counts', (text) => text.replaceAll('o.completed_at < d.to_at', 'o.completed_at <= d.to_at')],
    ['a review before the quarter counts', (text) => text.replaceAll('o.completed_at >= d.from_at', 'o.completed_at is not null')],
    ['a call counts as a review', (text) => text.replace(/type = (\$\d+)/, '$1::text is not null')],
    ['a review that did not take place counts', (text) => text.replace(/outcome = (\$\d+)/, '$1::text is not null')],
    ['what began at the end of the window is in the cohort', (text) => text.replaceAll('e.at < $7', 'e.at <= $7')],
    [
      'a later proposal begins again',
      (text) => text.replace('order by item_id, occurred_at, sequence', 'order by item_id, occurred_at desc, sequence desc'),
    ],
    ['what happens after the window does not count', (text) => text.replaceAll('is not null and $7::timestamptz is not null', '< $7')],
    ['an agreement before the proposal counts', (text) => text.replaceAll('> (b.occurred_at, b.sequence)', 'is not null')],
    ['a lost lead matures', (text) => text.replaceAll("l.kind = 'lost'", 'false')],
    ['a contact of a list is a lead', (text) => text.replaceAll('where not b.partner', '').replaceAll('where not i.partner', '')],
    ['a call that was not held counts', (text) => text.replaceAll("outcome = 'completed'", 'true')],
    ['what was paid back is a sale', (text) => text.replaceAll('amount_minor >= 0', 'true')],
    ['who both sold and called counts twice', (text) => text.replaceAll('count(distinct c.owner_id)', 'count(c.owner_id)')],
    ['who left still belongs', (text) => text.replaceAll('m.to_at >', 'm.scope is not null or m.to_at >')],
    ['who belongs twice counts twice', (text) => text.replaceAll('select distinct m.scope', 'select m.scope')],
    ['another organisation is read', (text) => text.replaceAll(/(\w+\.)?tenant_id = \$1/g, '$$1::uuid is not null')],
    ['withdrawn versions are read', (text) => text.replaceAll('known_to is null and', '')],
    ['what was withdrawn at the instant is known', (text) => text.replaceAll('known_to > $8', 'known_to >= $8')],
  ];
  it.each(inScopes)('MET-06 the property notices a wrong SQL of windows: %s', async (_, mutate) => {
    const concerned = windowMeasures.filter((measure) =>
      (['present', 'as_known'] as const).some((reading) => isChanged(compileWindowMeasure(measure, reading).text, mutate)),
    );
    expect(concerned).not.toEqual([]);
    const sources = [...new Set(concerned.flatMap((measure) => [measure.source, ...(measure.other ? [measure.other.source] : [])]))];
    expect(await notices((facts) => agreesOnScopes(facts, mutate, interpretWindow, concerned), sources)).toBe(true);
  });

  it('MET-06 the property notices a wrong interpreter of windows: the window holds its end', async () => {
    const wrong: typeof interpretWindow = (measure, facts, members, window, beside) =>
      interpretWindow(measure, facts, members, { ...window, to: new Date(window.to.getTime() + 1) }, beside);
    expect(await notices((facts) => agreesOnScopes(facts, same, wrong))).toBe(true);
  });

  it('MET-06 the property notices a wrong interpreter: the window holds its end', async () => {
    const wrong: typeof interpret = (measure, facts, owner, window) =>
      interpret(measure, facts, owner, { ...window, to: new Date(window.to.getTime() + 1) });
    expect(await notices((facts) => agreesOnWindows(facts, same, wrong))).toBe(true);
  });
});
