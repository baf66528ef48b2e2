import { describe, expect, it } from '@jest/globals';
import {
  asKnownParameters,
  type Candidate,
  candidatesOf,
  compileCandidates,
  compileWindowCandidates,
  formulaWith,
  interpret,
  interpretWindow,
  isMember,
  knownAt,
  type Measure,
  measures,
  metrics,
  presentParameters,
  quarterParameters,
  receiptParts,
  versionsAt,
  windowCandidatesOf,
  windowMeasures,
  windowSources,
  type WindowSourceName,
} from '@waymark/metrics';
import fc from 'fast-check';
import { factWorlds, type Mutation, same } from '../testing/fact-worlds.js';
import { world, worldIds, type World } from '../testing/random-facts.js';

/** Candidates in an order of their own, to be compared. */
const sorted = (candidates: readonly Candidate[]) =>
  candidates.map(({ ownerId, at, amount, reason }) => `${ownerId} ${at.toISOString()} ${amount} ${reason ?? 'counted'}`).sort();

const total = (candidates: readonly Candidate[]) => candidates.reduce((sum, { amount, reason }) => (reason === null ? sum + amount : sum), 0n);

const withReceipts = windowMeasures.filter((measure) => measure.receipt);

describe('the two readings of a receipt', () => {
  const { query, inWorld } = factWorlds();

  const scopesOf = (facts: World) => [...new Set(facts.members.map((member) => member.scope))];

  const read = async (
    facts: World,
    scope: string,
    known: Date | null,
    statement: { text: string; constants: unknown[] },
    mutate: Mutation,
    more: unknown[] = [],
  ) => {
    const members = facts.members.filter((member) => member.scope === scope);
    const columns = [members.map((m) => m.scope), members.map((m) => m.ownerId), members.map((m) => m.from), members.map((m) => m.to)];
    const given = [worldIds.tenant, ...columns, facts.window.from, facts.window.to, ...(known ? [known] : []), ...more];
    const { rows } = await query<{ owner_id: string; at: Date; amount: string; reason: string | null }>(mutate(statement.text), [
      ...given,
      ...statement.constants,
    ]);
    return rows.map((row): Candidate => ({ ownerId: row.owner_id, at: row.at, amount: BigInt(row.amount), reason: row.reason }));
  };

  /** Candidates of every measure and scope by the statement and by the plain reading; those that count add up to the measure. */
  const agrees = async (facts: World, mutate: Mutation, plain: typeof candidatesOf) => {
    for (const known of [null, facts.knownAt])
      for (const scope of scopesOf(facts)) {
        const members = facts.members.filter((member) => member.scope === scope);
        for (const measure of measures) {
          const present = knownAt(measure.source, facts.versions[measure.source], known);
          const expected = plain(measure, present, members, facts.window);
          const told = await read(facts, scope, known, compileCandidates(measure, known ? asKnownParameters : presentParameters), mutate);
          expect(sorted(told)).toEqual(sorted(expected));
          expect(total(told)).toBe(valueOf(measure, present, facts, scope));
        }
      }
  };

  /** The measure of a scope by the reading of the metrics themselves: an owner's fact counts where its owner belonged. */
  const valueOf = (measure: Measure, present: Parameters<typeof interpret>[1], facts: World, scope: string) => {
    const members = facts.members.filter((member) => member.scope === scope);
    const end = new Date(facts.window.to.getTime() - 1);
    const belongs = present.filter((fact) => {
      const at = fact[measure.at];
      if (measure.tense === 'during') return at instanceof Date && isMember(members, fact.owner_id, at);
      return members.some((m) => m.ownerId === fact.owner_id && (m.from === null || m.from <= end) && (m.to === null || m.to >= facts.window.to));
    });
    return worldIds.owners.reduce((sum, owner) => sum + interpret(measure, belongs, owner, facts.window), 0n);
  };

  const agreesOnWindows = async (facts: World, mutate: Mutation, plain: typeof windowCandidatesOf) => {
    for (const known of [null, facts.knownAt])
      for (const scope of scopesOf(facts))
        for (const measure of withReceipts) {
          const members = facts.members.filter((member) => member.scope === scope);
          const before = (source: WindowSourceName) => {
            const { occurred } = windowSources[source];
            return versionsAt(facts.versions[source], known).filter(
              (fact) => fact[occurred] && (measure.byNow || (fact[occurred] as Date) < facts.window.to),
            );
          };
          const versions = before(measure.source);
          const where = Object.entries(measure.other?.where ?? {});
          const other = measure.other ? before(measure.other.source).filter((fact) => where.every(([name, word]) => fact[name] === word)) : [];
          const beside = { other, due: facts.due };
          const quarters = measure.byQuarter ? quarterParameters(facts.due) : [];
          const sums = interpretWindow(measure, versions, members, facts.window, beside);
          for (const part of Object.keys(measure.receipt?.parts ?? {})) {
            const expected = plain(measure, part, { facts: versions, members, window: facts.window, beside });
            const told = await read(
              facts,
              scope,
              known,
              compileWindowCandidates(measure, part, known ? asKnownParameters : presentParameters),
              mutate,
              quarters,
            );
            expect(sorted(told)).toEqual(sorted(expected));
            expect(total(told)).toBe(sums[part]);
          }
        }
  };

  const holdsAlways = (check: (facts: World) => Promise<void>, numRuns: number) =>
    fc.assert(
      fc.asyncProperty(world, (facts) => inWorld(facts, () => check(facts))),
      { numRuns, seed: 20_261_121, endOnFailure: true },
    );

  const notices = async (check: (facts: World) => Promise<void>) => {
    const outcome = await fc.check(
      fc.asyncProperty(world, (facts) => inWorld(facts, () => check(facts))),
      { numRuns: 300, seed: 20_261_121, endOnFailure: true },
    );
    const error = outcome.errorInstance as { matcherResult?: object } | null;
    if (outcome.failed && !error?.matcherResult) throw outcome.errorInstance;
    return outcome.failed;
  };

  it('MET-08 SQL equals the interpreter for the rows that count and those left out with their reason, as they stand and as known, on 100 random worlds; those that count add up to the measure', async () => {
    expect(measures.length).toBeGreaterThanOrEqual(7);
    await holdsAlways((facts) => agrees(facts, same, candidatesOf), 100);
  });

  it('MET-08 the same for what does not add up over days: the last answer of a contact, customers of the beginning', async () => {
    expect(withReceipts.map(({ key }) => key)).toEqual(windowMeasures.map(({ key }) => key));
    await holdsAlways((facts) => agreesOnWindows(facts, same, windowCandidatesOf), 100);
  });

  it('MET-08 every part of every metric that has rows says what it looks at, and every formula names parts alone', () => {
    for (const metric of metrics.values()) {
      const parts = metric.window ? metric.window.parts : Object.keys(metric.measures);
      const named = [...formulaWith(metric, { hasFeed: true }, (part) => `{${part}}`).matchAll(/\{(\w+)\}/g)].map(([, part]) => part);
      expect([metric.key, metric.formula !== undefined]).toEqual([metric.key, true]);
      expect([metric.key, named.filter((part) => !(parts as readonly unknown[]).includes(part?.replace('weight_', '')))]).toEqual([metric.key, []]);
      expect([metric.key, metric.window && !metric.window.receipt ? 'none' : receiptParts(metric).length > 0]).toEqual([metric.key, true]);
    }
  });

  const wrongs: [string, Mutation][] = [
    ['the window begins after its first instant', (text) => text.replaceAll('>= $6', '> $6')],
    ['the window holds its end', (text) => text.replaceAll('< $7', '<= $7')],
    ['what ended counts', (text) => text.replaceAll(`when s.ended_at < $7 then 'ended'`, 'when false then null')],
    ['undated rows count', (text) => text.replaceAll('not s.undated', 'true')],
    ['a row without the instant counts', (text) => text.replace(/when s\.completed_at is null then 'no_completed_at'/, 'when false then null')],
    ['another organisation is read', (text) => text.replaceAll('tenant_id = $1', '$1::uuid is not null')],
    ['withdrawn versions are read', (text) => text.replaceAll('known_to is null', 'true')],
    ['who left still belongs', (text) => text.replaceAll('m.to_at >', 'm.scope is not null or m.to_at >')],
  ];
  it.each(wrongs)('MET-08 the property notices a wrong SQL of receipts: %s', async (_, mutate) => {
    expect(await notices((facts) => agrees(facts, mutate, candidatesOf))).toBe(true);
  });

  const wrongWindows: [string, Mutation][] = [
    ['an earlier answer counts', (text) => text.replaceAll('p.place > 1', 'p.place > 2')],
    ['a customer of 59 days owes a review', (text) => text.replaceAll('t.days < 60', 't.days < 59')],
    ['a review before the quarter counts', (text) => text.replaceAll('r.completed_at >= o.from_at', 'r.completed_at is not null')],
    ['a new customer counts', (text) => text.replaceAll(`when p.owner_id is null then 'new_customer'`, 'when false then null')],
    [
      'the last owner has a new customer',
      (text) => text.replaceAll('order by company_id, occurred_at, id)', 'order by company_id, occurred_at desc, id desc)'),
    ],
  ];
  it.each(wrongWindows)('MET-08 the property notices a wrong SQL of receipts of windows: %s', async (_, mutate) => {
    expect(await notices((facts) => agreesOnWindows(facts, mutate, windowCandidatesOf))).toBe(true);
  });
});
