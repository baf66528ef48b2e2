import { describe, expect, it } from '@jest/globals';
import { afterEvent, type Confirmation, decide, type DecisionCase } from '@waymark/gates';
import type { Decision, RestrictionKind, RestrictionState } from '@waymark/kernel';
import fc from 'fast-check';

/** Sequences of commands; `npm run test:long decisions` searches 1,000,000. */
const sequences = Number(process.env['DECISION_SEQUENCES'] ?? '5000');
/** The same sequences in every short run; a long one looks where nobody has looked, unless it is told where. */
const seed = Number(process.env['DECISION_SEED'] ?? (process.env['DECISION_SEQUENCES'] ? Date.now() % 2 ** 31 : 20_261_121));

type Who = 'subject' | 'lead' | 'chief' | 'admin' | 'second' | 'both' | 'peer';
type Command =
  | { type: 'decide'; who: Who; decision: Decision; stale: boolean }
  | { type: 'leave' | 'return'; who: Who }
  | { type: 'evidence' }
  | { type: 'days'; n: number }
  | { type: 'cure' | 'expire' | 'lapse' };

interface Person {
  isAdmin: boolean;
  leadsSubject: boolean;
  here: boolean;
}

const dayMs = 86_400_000;
const proposedAt = Date.parse('2026-04-04T06:00:00Z');
const who = fc.constantFrom<Who>('subject', 'lead', 'chief', 'admin', 'second', 'both', 'peer');
const commands = fc.array(
  fc.oneof(
    {
      weight: 10,
      arbitrary: fc.record({
        type: fc.constant('decide' as const),
        who,
        decision: fc.oneof(
          { weight: 6, arbitrary: fc.constant<Decision>('confirm') },
          { weight: 1, arbitrary: fc.constantFrom<Decision>('dismiss', 'lift') },
        ),
        stale: fc.integer({ min: 0, max: 7 }).map((n) => n === 0),
      }),
    },
    { weight: 3, arbitrary: fc.record({ type: fc.constantFrom('leave' as const, 'return' as const), who }) },
    { weight: 1, arbitrary: fc.constant({ type: 'evidence' as const }) },
    { weight: 1, arbitrary: fc.record({ type: fc.constant('days' as const), n: fc.integer({ min: 1, max: 4 }) }) },
    { weight: 1, arbitrary: fc.constantFrom({ type: 'cure' as const }, { type: 'expire' as const }, { type: 'lapse' as const }) },
  ),
  { maxLength: 14 },
);

/** The organisation and one restriction, moved by the rules of the product. */
class World {
  state: RestrictionState = 'proposed';
  evidence = 'e0';
  now = proposedAt;
  given: { who: Who; evidence: string }[] = [];
  readonly people: Record<Who, Person>;

  constructor(
    readonly kind: RestrictionKind,
    subjectIsAdmin: boolean,
  ) {
    const person = (isAdmin: boolean, leadsSubject: boolean): Person => ({ isAdmin, leadsSubject, here: true });
    this.people = {
      subject: person(subjectIsAdmin, false),
      lead: person(false, true),
      chief: person(false, true),
      admin: person(true, false),
      second: person(true, false),
      both: person(true, true),
      peer: person(false, false),
    };
  }

  get voidAt(): number {
    return proposedAt + 7 * dayMs;
  }

  rights(id: Who): { id: Who; isAdmin: boolean; leadsSubject: boolean } {
    const { isAdmin, leadsSubject, here } = this.people[id];
    return { id, isAdmin: here && isAdmin, leadsSubject: here && leadsSubject };
  }

  private facts(): DecisionCase {
    const admins = (Object.keys(this.people) as Who[]).filter((id) => this.rights(id).isAdmin);
    const confirmations: Confirmation[] = this.given.map((one) => ({ ...this.rights(one.who), evidenceHash: one.evidence }));
    return {
      ...{ kind: this.kind, state: this.state, subjectId: 'subject', evidenceHash: this.evidence, voidAt: new Date(this.voidAt) },
      ...{ now: new Date(this.now), confirmations, subjectIsLastAdmin: admins.length === 1 && admins[0] === 'subject' },
    };
  }

  /** Whether the restriction came into force by this command. */
  run(command: Command): boolean {
    if (command.type === 'days') this.now += command.n * dayMs;
    else if (command.type === 'evidence') this.evidence = `${this.evidence}'`;
    else if (command.type === 'leave' || command.type === 'return') this.people[command.who].here = command.type === 'return';
    else if (command.type === 'decide') return this.decide(command.who, command.decision, command.stale ? 'seen before' : this.evidence);
    else this.state = afterEvent(this.state, ({ cure: 'cured', expire: 'expired', lapse: 'lapsed' } as const)[command.type], this.kind) ?? this.state;
    return false;
  }

  private decide(id: Who, decision: Decision, seen: string): boolean {
    if (!this.people[id].here) return false; // no session
    const result = decide(this.facts(), this.rights(id), decision, seen);
    if (!result.ok) return false;
    if (decision === 'confirm') this.given.push({ who: id, evidence: seen });
    const begins = this.state !== 'in_force' && result.next === 'in_force';
    this.state = result.next;
    return begins;
  }
}

/** Read off the log by another way than the product's: is this coming into force justified? */
function justified(world: World): boolean {
  const valid = world.given.filter((one) => one.evidence === world.evidence && one.who !== 'subject' && world.people[one.who].here);
  const leaders = valid.filter((one) => world.people[one.who].leadsSubject).map((one) => one.who);
  const admins = valid.filter((one) => world.people[one.who].isAdmin).map((one) => one.who);
  if (world.now >= world.voidAt) return false;
  if (world.kind !== 'account_lock') return leaders.length + admins.length > 0;
  const lastAdmin =
    world.people.subject.isAdmin && world.people.subject.here && !(['admin', 'second', 'both'] as const).some((id) => world.people[id].here);
  return !lastAdmin && leaders.some((leader) => admins.some((admin) => admin !== leader));
}

describe('all ways to a lock or a hold', () => {
  it.each(['account_lock', 'commission_hold'] as const)(
    `GATE-05 (proposal, decision) no sequence of commands puts a %s in force without the decisions it needs, in ${sequences} sequences`,
    (kind) => {
      const found = { begun: 0, longest: 0 };
      fc.assert(
        fc.property(commands, fc.boolean(), (sequence, subjectIsAdmin) => {
          const world = new World(kind, subjectIsAdmin);
          for (const command of sequence) {
            const closed = world.state !== 'proposed' && world.state !== 'in_force';
            const before = world.state;
            if (world.run(command)) {
              found.begun += 1;
              expect(justified(world)).toBe(true);
            }
            if (closed) expect(world.state).toBe(before); // what is closed stays closed
          }
          found.longest = Math.max(found.longest, sequence.length);
        }),
        { numRuns: sequences, seed },
      );
      if (sequences > 100_000) console.log(JSON.stringify({ kind, sequences, ...found }));
      expect(found.begun).toBeGreaterThan(sequences / 100); // the search does get there
    },
  );
});
