import { dayOf } from '@waymark/kernel';
import { knownAt, type SourceName } from '@waymark/metrics';
import fc from 'fast-check';
import type { FactsWorld } from './facts-world.spec-data.js';

const kinds = {
  event: 5,
  correct: 1,
  withdraw: 1,
  reopen: 1,
  sale: 2,
  refund: 1,
  split: 2,
  call: 3,
  'move owner': 2,
  'move day': 2,
  delete: 1,
  renewal: 1,
  decide: 1,
  task: 2,
  undo: 1,
  list: 2,
  send: 1,
} as const;
type Kind = keyof typeof kinds;
export const kindsOfChanges = Object.keys(kinds) as Kind[];

/** A change of the facts, as numbers: what it does is decided by what exists when it comes. */
export interface Change {
  what: Kind;
  pick: number;
  owner: number;
  minutes: number;
  value: number;
  kind: string;
  qualified: boolean;
}

export const change: fc.Arbitrary<Change> = fc.record({
  what: fc.constantFrom(...kindsOfChanges.flatMap((kind) => Array.from({ length: kinds[kind] }, () => kind))),
  pick: fc.nat(1000),
  owner: fc.nat(2),
  minutes: fc.nat(6 * 24 * 60),
  value: fc.nat(300),
  kind: fc.constantFrom('lead', 'deal', 'deal', 'won', 'lost'),
  qualified: fc.boolean(),
});

type Row = Record<'id' | 'item_id' | 'list_id', string> & { sequence: number };
const steps = [null, 'proposal', 'agreement', 'agreement', 'list'];
const movable = [
  { source: 'pipeline_events', at: 'occurred_at' },
  { source: 'sales', at: 'occurred_at' },
  { source: 'activities', at: 'completed_at' },
] as const;
const deletable: SourceName[] = ['pipeline_events', 'sales', 'activities', 'tasks', 'renewals'];

/** Plays changes on the facts of a world as the writers, corrections, imports and erasures do it, keeping what is derived. */
export class RandomChanges {
  /** How often each kind changed something. */
  readonly done = new Map<Kind, number>();

  private readonly plays: Record<Kind, (c: Change) => Promise<unknown>> = {
    event: (c) => this.event(this.item(c), c),
    correct: (c) => this.closed('pipeline_events', c, (old) => this.addEvent(old.item_id, old.sequence, c)),
    withdraw: (c) => this.closed('pipeline_events', c),
    reopen: (c) => this.reopen(c),
    sale: (c) => this.addSale(c),
    refund: (c) => this.closed('sales', c),
    split: (c) => this.split(c),
    call: (c) => this.addCall(c),
    'move owner': (c) => this.move(c, 'owner_id', this.world.owners[c.owner]),
    'move day': (c) => this.move(c, null, this.world.instant(c.minutes).toISOString()),
    delete: (c) => this.remove(c),
    renewal: (c) => this.addRenewal(c, 'open'),
    decide: (c) => this.closed('renewals', c, () => this.addRenewal(c, c.qualified ? 'renewed' : 'lost')),
    task: (c) => this.addTask(c, true),
    undo: (c) => this.closed('tasks', c, () => this.addTask(c, false)),
    list: (c) => this.addNewList(c),
    send: (c) => this.closed('partner_list_versions', c, (old) => this.addList(old.list_id, c, true)),
  };

  constructor(private readonly world: FactsWorld) {}

  async apply(c: Change): Promise<void> {
    if ((await this.plays[c.what](c)) !== null) this.done.set(c.what, (this.done.get(c.what) ?? 0) + 1);
  }

  private item = (c: Change) => this.world.items[c.pick % this.world.items.length] as string;

  private async event(item: string, c: Change, at = this.world.instant(c.minutes), kind = c.kind): Promise<void> {
    const next = await this.world.sql<{ n: number }>(
      'select coalesce(max(sequence), 0)::int + 1 as n from pipeline_events where tenant_id = $1 and item_id = $2',
      [item],
    );
    await this.addEvent(item, next[0]?.n as number, { ...c, kind }, at);
    await this.derive(item);
  }

  private addEvent(item: string, sequence: number, c: Change, at = this.world.instant(c.minutes)): Promise<unknown> {
    return this.world.sql(
      `insert into pipeline_events (tenant_id, item_id, sequence, occurred_at, known_at, undated, stage_id, kind, qualified, owner_id, value_minor, currency, step, partner, unrated)
       values ($1, $2, $3, $4, now(), $5, $6, $7, $8, $9, $10, 'USD', $11, $12, $13)`,
      [
        item,
        sequence,
        at,
        c.value % 10 === 0,
        this.world.stage,
        c.kind,
        c.qualified,
        this.world.owners[c.owner],
        c.value,
        steps[c.minutes % steps.length],
        c.value % 7 === 0,
        c.value % 3 === 1,
      ],
    );
  }

  /** A deal that is won or lost as it stands is worked on again, at the same instant or later. */
  private async reopen(c: Change): Promise<null | void> {
    const over = await this.world.sql<{ item_id: string; occurred_at: Date }>(
      `select item_id, occurred_at from (select distinct on (item_id) * from pipeline_events where tenant_id = $1 and known_to is null
         order by item_id, occurred_at desc, sequence desc) last where kind in ('won', 'lost') order by item_id`,
    );
    const last = over[c.pick % Math.max(over.length, 1)];
    if (!last) return null;
    const at = new Date(Math.max(last.occurred_at.getTime(), this.world.instant(c.minutes).getTime()));
    return this.event(last.item_id, c, at, 'deal');
  }

  /** Keeps the derived columns of the item as the writers do. */
  private async derive(item: string): Promise<void> {
    const facts = knownAt('pipeline_events', await this.world.versions('pipeline_events', `and item_id = '${item}'`), null);
    const all = (column: string) => facts.map((fact) => fact[column]);
    await this.world.sql(
      `update pipeline_events e set ended_at = d.ended_at, entered = d.entered, agreement = d.agreement
       from unnest($2::uuid[], $3::timestamptz[], $4::text[], $5::text[]) as d (id, ended_at, entered, agreement) where e.tenant_id = $1 and e.id = d.id
         and (e.ended_at, e.entered, e.agreement) is distinct from (d.ended_at, d.entered, d.agreement)`,
      [all('id'), all('ended_at'), all('entered'), all('agreement')],
    );
  }

  private async pick(source: SourceName, c: Change, where = ''): Promise<Row | null> {
    const present = `from ${source} where tenant_id = $1 and known_to is null ${where}`;
    const rows = await this.world.sql<Row>(
      `select * ${present} order by id limit 1 offset $2::int % greatest((select count(*) ${present}), 1)::int`,
      [c.pick],
    );
    return rows[0] ?? null;
  }

  /** Ends the present version of some fact; null when there is none. */
  private async closed(source: SourceName, c: Change, then?: (old: Row) => Promise<unknown>, where = ''): Promise<Row | null> {
    const row = await this.pick(source, c, where);
    if (!row) return null;
    await this.world.sql(`update ${source} set known_to = greatest(now(), known_at) where tenant_id = $1 and id = $2`, [row.id]);
    await then?.(row);
    if (source === 'pipeline_events') await this.derive(row.item_id);
    return row;
  }

  /** The fact is somebody else's, or of another day: as a new version, or in its row as it lies there. */
  private async move(c: Change, name: 'owner_id' | null, value: string | undefined): Promise<Row | null> {
    const { source, at } = movable[c.pick % movable.length] as (typeof movable)[number];
    const [column, dated] = [name ?? at, `and ${at} is not null`];
    if (c.qualified)
      return this.closed(
        source,
        c,
        ({ id }) =>
          this.world.sql(
            `insert into ${source} select (jsonb_populate_record(t, jsonb_build_object('id', uuidv7(), 'known_at', now(), 'known_to', null, '${column}', $3::text))).*
             from ${source} t where tenant_id = $1 and id = $2`,
            [id, value],
          ),
        dated,
      );
    const row = await this.pick(source, c, dated);
    if (!row) return null;
    await this.world.sql(`update ${source} set ${column} = $3 where tenant_id = $1 and id = $2`, [row.id, value]);
    if (source === 'pipeline_events') await this.derive(row.item_id);
    return row;
  }

  private async remove(c: Change): Promise<Row | null> {
    const source = deletable[c.pick % deletable.length] as SourceName;
    const row = await this.pick(source, c);
    if (!row) return null;
    await this.world.sql(`delete from ${source} where tenant_id = $1 and id = $2`, [row.id]);
    if (source === 'pipeline_events') await this.derive(row.item_id);
    return row;
  }

  private addSale(c: Change): Promise<unknown> {
    return this.world.sql(
      `insert into sales (tenant_id, owner_id, occurred_at, known_at, amount_minor, currency, unrated, from_list) values ($1, $2, $3, now(), $4, 'USD', $5, $6)`,
      [this.world.owners[c.owner], this.world.instant(c.minutes), c.value % 3 === 0 ? 0 : c.value - 100, c.value % 3 === 0, c.qualified],
    );
  }

  /** A sale is divided between two or three people, whether one person or several had it before. */
  private async split(c: Change): Promise<unknown> {
    const row = await this.pick('sales', c);
    if (!row) return null;
    const whole = `t.tenant_id = $1 and t.known_to is null and coalesce(t.entry_id, t.id) = (select coalesce(entry_id, id) from sales where tenant_id = $1 and id = $2)`;
    const [sale] = await this.world.sql<{ at: Date; amount: string; rows: string[] }>(
      `select min(occurred_at) as at, sum(amount_minor)::text as amount, array_agg(id) as rows from sales t where ${whole}`,
      [row.id],
    );
    await this.world.sql('update sales set known_to = greatest(now(), known_at) where tenant_id = $1 and id = any($2)', [sale?.rows]);
    const shares = c.qualified ? [600_000, 400_000] : [333_334, 333_333, 333_333];
    const owners = shares.map((_, n) => this.world.owners[(c.owner + n) % this.world.owners.length]);
    return this.world.sql(
      `insert into sales (tenant_id, owner_id, seller_id, entry_id, occurred_at, known_at, amount_minor, whole_minor, currency, position, share_ppm)
       select $1, p.owner, $2, $3, $4, now(), p.part, $5::bigint, 'USD', p.n, p.share
       from unnest($6::uuid[], $7::int[], app.split_amount($5::bigint, $7::int[])) with ordinality as p (owner, share, part, n)`,
      [owners[0], row.id, sale?.at, sale?.amount, owners, shares],
    );
  }

  private addRenewal(c: Change, outcome: string): Promise<unknown> {
    const due = this.world.instant(c.minutes);
    return this.world.sql(
      `insert into renewals (tenant_id, company_id, owner_id, due_on, due_at, outcome, decided_at, currency, known_at)
       values ($1, $2, $3, $4, $5, $6::text, case when $6 <> 'open' then now() end, 'USD', now())`,
      [this.world.company, this.world.owners[c.owner], dayOf(due, this.world.zone), due, outcome],
    );
  }

  private addTask(c: Change, done: boolean): Promise<unknown> {
    return this.world.sql(
      `insert into tasks (tenant_id, title, owner_id, opened_at, state, done_at, known_at)
       values ($1, 'task', $2, $3, $4, case when $4 = 'done' then $3::timestamptz end, now())`,
      [this.world.owners[c.owner], this.world.instant(c.minutes), done ? 'done' : 'open'],
    );
  }

  private async addNewList(c: Change): Promise<unknown> {
    const text = `insert into partner_lists (tenant_id, item_id, created_at) values ($1, $2, now()) returning id`;
    const [made] = await this.world.sql<{ id: string }>(text, [this.item(c)]);
    return this.addList(made?.id as string, c, false);
  }

  /** A list, open or sent: late from some instant on where it was not sent before. */
  private addList(listId: string, c: Change, sent: boolean): Promise<unknown> {
    const { world } = this;
    const [opened, late] = [world.instant(Math.min(c.minutes, c.pick * 8)), world.instant(c.pick * 8)];
    const ended = sent ? world.instant(Math.max(c.minutes, c.pick * 8)) : null;
    return world.sql(
      `insert into partner_list_versions (tenant_id, list_id, name, owner_id, partners, opened_on, opened_at, has_due, late_at, sent_on, sent_at, ended_at, known_at)
       values ($1, $2, 'list', $3, $4, $5, $6, $7, $8, $9, $10, $10, now())`,
      [
        listId,
        world.owners[c.owner],
        c.value % 4 === 0 ? null : c.value,
        dayOf(opened, world.zone),
        opened,
        c.qualified,
        c.qualified && (ended === null || late < ended) ? late : null,
        ended && dayOf(ended, world.zone),
        ended,
      ],
    );
  }

  private addCall(c: Change): Promise<unknown> {
    return this.world.sql(
      `insert into activities (tenant_id, type, owner_id, scheduled_at, completed_at, outcome, known_at) values ($1, $2, $3, $4, $5, $6, now())`,
      [
        c.value % 4 === 0 ? 'meeting' : 'call',
        this.world.owners[c.owner],
        this.world.instant(c.pick * 8),
        c.qualified ? this.world.instant(c.minutes) : null,
        c.qualified ? 'completed' : ([null, 'no_show', 'rescheduled'][c.value % 3] ?? null),
      ],
    );
  }
}
