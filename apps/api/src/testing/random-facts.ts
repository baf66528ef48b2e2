import { addDays, startOfDay, windowOf, type Window } from '@waymark/kernel';
import {
  type DueQuarters,
  type Fact,
  type FactVersion,
  knownAt,
  type Member,
  type SourceName,
  versionsAt,
  type WindowSourceName,
  windowSources,
} from '@waymark/metrics';
import fc from 'fast-check';

/** One random world: versions of facts of three people, a window, a day, and an instant of knowledge. */
export interface World {
  zone: string;
  versions: Record<SourceName | WindowSourceName, FactVersion[]>;
  /** Who belongs to which scope and when: two teams that share people, and one of nobody that is asked about. */
  members: Member[];
  window: Window;
  /** Two fiscal quarters, of the days that the facts lie around and of about as many as make a customer active. */
  due: DueQuarters;
  days: { day: string; window: Window }[];
  knownAt: Date;
}

export const worldIds = {
  tenant: '00000000-0000-7000-8000-000000000001',
  stranger: '00000000-0000-7000-8000-000000000002',
  owners: ['00000000-0000-7000-8000-0000000000a1', '00000000-0000-7000-8000-0000000000a2', '00000000-0000-7000-8000-0000000000a3'],
  stage: '00000000-0000-7000-8000-0000000000b1',
  item: (n: number) => `00000000-0000-7000-8000-0000000000c${n}`,
  company: (n: number) => `00000000-0000-7000-8000-0000000000e${n}`,
  list: (n: number) => `00000000-0000-7000-8000-0000000000f${n}`,
};

// Days around changes of the clock: two midnights, none, a repeated hour before midnight, a skipped day, and a plain one.
const places: [string, string][] = [
  ['UTC', '2017-07-01'],
  ['Europe/Berlin', '2026-03-28'],
  ['America/Havana', '2026-03-07'],
  ['America/Havana', '2026-10-31'],
  ['America/St_Johns', '2010-11-06'],
  ['Pacific/Apia', '2011-12-29'],
];
const knowledge = (minute: number) => new Date(Date.UTC(2027, 0, 1, 0, minute));

/** Instants that lie on the limits, a millisecond beside them, and at the ends of what the tables take. */
function hostileInstant(zone: string, first: string): fc.Arbitrary<Date> {
  const limits = [0, 1, 2, 3, 4].map((n) => startOfDay(addDays(first, n), zone).getTime());
  const near = fc.tuple(fc.constantFrom(...limits), fc.constantFrom(-3_600_000, -1, 0, 0, 1, 900_000, 1_800_000, 3_600_000, 43_200_000));
  const ends = fc.constantFrom('1900-01-01T00:00:00.000Z', '1970-01-01T00:00:00.000Z', '9999-12-31T23:59:59.999Z').map((text) => new Date(text));
  return fc.oneof({ weight: 12, arbitrary: near.map(([limit, gap]) => new Date(limit + gap)) }, { weight: 1, arbitrary: ends });
}

/** A slot of knowledge: one to three versions following each other, the last still true or withdrawn. */
function slot<T>(version: fc.Arbitrary<T>): fc.Arbitrary<(T & { known_at: Date; known_to: Date | null })[]> {
  return fc.tuple(fc.array(version, { minLength: 1, maxLength: 3 }), fc.integer({ min: 0, max: 4 }), fc.boolean()).map(([versions, begin, open]) =>
    versions.map((one, n) => ({
      ...one,
      known_at: knowledge(begin + n),
      known_to: n === versions.length - 1 && open ? null : knowledge(begin + n + 1),
    })),
  );
}

/** The table takes no activity that neither happened nor is to happen. */
function withSomeInstant<T extends { scheduled_at: Date | null; completed_at: Date | null }>(activity: T): T {
  return activity.scheduled_at || activity.completed_at ? activity : { ...activity, scheduled_at: new Date('2026-01-01T00:00:00Z') };
}

/** The table takes no list that ended before it was opened or was late only after that. */
function inOrderOfTime<T extends { opened_at: Date; late_at: Date | null; ended_at: Date | null }>(list: T): T {
  const ended_at = list.ended_at && list.ended_at < list.opened_at ? list.opened_at : list.ended_at;
  return { ...list, ended_at, late_at: list.late_at && ended_at && list.late_at >= ended_at ? null : list.late_at };
}

export const world: fc.Arbitrary<World> = fc.constantFrom(...places).chain(([zone, first]) => {
  const instant = hostileInstant(zone, first);
  const owner_id = fc.constantFrom(...worldIds.owners);
  const amount = fc.constantFrom(0n, 1n, 2n, 5n, 26_768n, 1_000_000_000_000_000n);
  const event = (at: fc.Arbitrary<Date>) =>
    fc.record({
      occurred_at: at,
      kind: fc.constantFrom('lead', 'deal', 'deal', 'won', 'lost', 'list_out'),
      qualified: fc.boolean(),
      owner_id,
      value_minor: amount,
      undated: fc.integer({ min: 0, max: 5 }).map((n) => n === 0),
      unrated: fc.integer({ min: 0, max: 5 }).map((n) => n === 0),
      step: fc.constantFrom(null, null, 'proposal', 'agreement', 'list'),
      partner: fc.integer({ min: 0, max: 3 }).map((n) => n === 0),
    });
  // Few instants per item, so that some of its events happen at the same one and only their sequence tells which came last.
  const item = fc.array(instant, { minLength: 1, maxLength: 3 }).chain((few) => fc.array(slot(event(fc.constantFrom(...few))), { maxLength: 4 }));
  const events = fc
    .array(item, { maxLength: 5 })
    .map((items) =>
      items.flatMap((slots, n) =>
        slots.flatMap((versions, sequence) => versions.map((one) => ({ ...one, item_id: worldIds.item(n), sequence: BigInt(sequence) }))),
      ),
    );
  const sale = fc.record({
    occurred_at: instant,
    owner_id,
    amount_minor: amount.chain((n) => fc.constantFrom(n, -n)),
    unrated: fc.integer({ min: 0, max: 3 }).map((n) => n === 0),
    position: fc.constantFrom(1n, 1n, 2n),
    list_id: fc.option(fc.nat(3).map(worldIds.list)),
    from_list: fc.boolean(),
  });
  const sales = fc.array(slot(sale), { maxLength: 8 });
  const type = fc.constantFrom('call', 'call', 'meeting', 'email', 'qbr');
  const outcome = fc.constantFrom('completed', 'completed', 'no_show', 'cancelled', 'rescheduled', null);
  const company_id = fc.nat(2).map(worldIds.company);
  const activity = fc
    .record({
      company_id: fc.option(company_id, { freq: 6 }),
      item_id: fc.option(fc.nat(4).map(worldIds.item), { freq: 6 }),
      completed_at: fc.option(instant, { freq: 6 }),
      scheduled_at: fc.option(instant, { freq: 4 }),
      owner_id,
      type,
      outcome,
    })
    .map(withSomeInstant);
  const dayStart = fc.nat(4).map((n) => startOfDay(addDays(first, n), zone));
  const review = fc.record({
    company_id,
    item_id: fc.constant(null),
    completed_at: fc.oneof(instant, dayStart), // where a quarter may begin or end
    scheduled_at: fc.constant(null),
    owner_id,
    type: fc.constantFrom('qbr', 'qbr', 'qbr', 'call'),
    outcome: fc.constantFrom('completed', 'completed', 'completed', 'cancelled'),
  });
  const activities = fc
    .tuple(fc.array(slot<Fact>(activity), { maxLength: 8 }), fc.array(slot<Fact>(review), { maxLength: 4 }))
    .map((both) => both.flat());
  const renewal = fc.record({ due_at: instant, owner_id, outcome: fc.constantFrom('open', 'renewed', 'lost') });
  const movement = fc.record({
    // Some long before, so that customers were active in the quarter that ends here.
    occurred_at: fc.oneof(instant, dayStart, fc.constant(startOfDay(addDays(first, -100), zone))),
    owner_id,
    company_id,
    amount_minor: fc.constantFrom(0n, 5n, 5n, -5n, 3n, -3n, 1_000_000_000_000n),
  });
  const score = fc.constantFrom(0n, 6n, 7n, 8n, 9n, 10n);
  const answer = fc.record({ answered_at: instant, owner_id, score, contact: fc.constantFrom('a', 'B', 'ä@x.example') });
  const renewals = fc.array(slot(renewal), { maxLength: 6 });
  const task = fc.record({ done_at: fc.option(instant), owner_id }).map((one) => ({ ...one, state: one.done_at ? 'done' : 'open' }));
  const tasks = fc.array(slot(task), { maxLength: 6 });
  const arr_movements = fc.array(slot(movement), { maxLength: 8 });
  const survey_responses = fc.array(slot(answer), { maxLength: 8 });
  const member: fc.Arbitrary<Member> = fc.record({
    scope: fc.constantFrom('north', 'south'),
    ownerId: owner_id,
    from: fc.option(instant),
    to: fc.option(instant),
  });
  const partnerList = fc
    .record({
      owner_id,
      opened_at: instant,
      late_at: fc.option(instant),
      sent_at: fc.option(instant),
      closed_at: fc.option(instant),
      ended_at: fc.option(instant),
      partners: fc.constantFrom(null, 0n, 3n, 20n),
      has_due: fc.boolean(),
    })
    .map(inOrderOfTime);
  const partner_list_versions = fc
    .array(slot(partnerList), { maxLength: 8 })
    .map((lists) => lists.map((versions, n) => versions.map((one) => ({ ...one, list_id: worldIds.list(n) }))));
  const members = fc.array(member, { maxLength: 6 });
  const customers = fc.record({ renewals, tasks, arr_movements, survey_responses, partner_list_versions, members });
  return fc
    .record({
      events,
      sales,
      activities,
      customers,
      start: fc.nat(2),
      length: fc.nat(2),
      quarter: fc.tuple(fc.nat(4), fc.integer({ min: 58, max: 61 })),
      minute: fc.integer({ min: 0, max: 7 }),
    })
    .map((made) => ({
      zone,
      versions: {
        pipeline_events: made.events,
        sales: made.sales.flat().map((one, n) => ({ ...one, id: rowId(n) })),
        activities: made.activities.flat().map((one, n) => ({ ...one, id: rowId(n) })),
        renewals: made.customers.renewals.flat(),
        tasks: made.customers.tasks.flat(),
        partner_list_versions: made.customers.partner_list_versions.flat(),
        arr_movements: made.customers.arr_movements.flat().map((one, n) => ({ ...one, id: rowId(n) })),
        survey_responses: made.customers.survey_responses.flat().map((one, n) => ({ ...one, id: rowId(n) })),
      } as World['versions'],
      members: made.customers.members.concat({ scope: 'first', ownerId: worldIds.owners[0] as string, from: null, to: null }),
      window: windowOf(addDays(first, made.start), addDays(first, made.start + made.length), zone),
      due: quartersAround(addDays(first, made.quarter[0]), made.quarter[1], zone),
      days: [0, 1, 2, 3].map((n) => ({ day: addDays(first, n), window: windowOf(addDays(first, n), addDays(first, n), zone) })),
      knownAt: knowledge(made.minute),
    }));
});

/** A quarter that ends before the day, and one that begins with it. */
function quartersAround(middle: string, length: number, zone: string): DueQuarters {
  const start = (n: number) => startOfDay(addDays(middle, n), zone);
  const quarter = (from: number, first: number) => ({
    first,
    end: first + length,
    from: start(from),
    due: start(from + length - 1),
    to: start(from + length),
  });
  return { days: Array.from({ length: 2 * length }, (_, n) => start(n - length)), quarters: [quarter(-length, 1), quarter(0, length + 1)] };
}

/** The world's rows of a source for two organisations: the one that is asked and a stranger with the same facts. */
export function rowsOfBoth(source: SourceName | WindowSourceName, facts: World): string {
  const rows = tableRows(source, facts.versions[source]);
  return toJson([worldIds.tenant, worldIds.stranger].flatMap((tenant_id) => rows.map((row) => ({ ...row, tenant_id }))));
}

/** Rows as the tables hold them: the present versions carry the derived columns, older ones what was derived then (here: nothing). */
function tableRows(source: SourceName | WindowSourceName, versions: readonly FactVersion[]): Record<string, unknown>[] {
  const past = versions.filter((version) => version.known_to !== null);
  const flags = { undated: false, day_only: false, backfilled: false, unrated: false, partner: false };
  const common = { tenant_id: worldIds.tenant, stage_id: worldIds.stage, currency: 'USD', version: 1, position: 1, ...flags };
  const present =
    source === 'pipeline_events' || !(source in windowSources) ? knownAt(source as SourceName, versions, null) : versionsAt(versions, null);
  return [...present, ...past].map((row, n) => ({ ...common, ...hiddenOf(source, row), id: rowId(n), ...row }));
}

/** Columns that the tables ask for and no metric reads. */
function hiddenOf(source: SourceName | WindowSourceName, row: Fact): Record<string, unknown> {
  const at = '2026-01-01T00:00:00.000Z';
  if (source === 'renewals') return { company_id: worldIds.company(1), due_on: '2026-01-01', decided_at: row['outcome'] === 'open' ? null : at };
  if (source === 'survey_responses') return { kind: 'nps' };
  if (source === 'tasks') return { title: 'task', opened_at: at };
  if (source === 'partner_list_versions') return { name: 'list', opened_on: '2026-01-01' };
  const amount = row['amount_minor'] as bigint;
  if (source === 'arr_movements') return { kind: amount > 0n ? 'new' : amount < 0n ? 'churn' : 'handover' };
  return {};
}

function rowId(n: number): string {
  return `00000000-0000-7000-8000-${(0xd000 + n).toString(16).padStart(12, '0')}`;
}

/** JSON for jsonb_populate_recordset. */
function toJson(rows: readonly Record<string, unknown>[]): string {
  return JSON.stringify(rows, (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value));
}
