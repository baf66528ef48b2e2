import { addDays, startOfDay, windowOf } from '@waymark/kernel';
import { type FactVersion, interpretDaily, knownAt, measuresOf, type SourceName, sourceNames } from '@waymark/metrics';
import type { TestDatabase } from '@waymark/testing';
import { createTenant } from '../testing/start-api.js';

export interface StoredDay {
  measure: string;
  owner_id: string;
  on_day: string;
  sum: string;
  count: number;
}

const bigints = ['value_minor', 'amount_minor', 'sequence', 'position', 'partners'];

/** An organisation with three people and twelve deals to which nothing happened yet, in the week in which clocks went back from 00:01 to 23:01 of the day before. */
export class FactsWorld {
  readonly zone = 'America/St_Johns';
  readonly firstDay = '2010-11-04';
  readonly items: string[] = [];
  tenantId = '';
  owners: string[] = [];
  admin = '';
  stage = '';
  company = '';

  constructor(private readonly database: TestDatabase) {}

  async open(slug: string): Promise<this> {
    const people = ['A', 'B', 'C'].map((name) => ({ name, roles: ['member'] }));
    const tenant = await createTenant(this.database, { slug, zone: this.zone, people: [...people, { name: 'Ada', roles: ['admin'] }] });
    this.tenantId = tenant.tenantId;
    this.owners = people.map(({ name }) => tenant.userIds[name] as string);
    this.admin = tenant.userIds['Ada'] as string;
    this.stage = await this.made(
      `insert into pipeline_stages (tenant_id, key, label, position, family, kind) values ($1, 'any', 'Any', 1, 'DEAL', 'deal') returning id`,
    );
    this.company = await this.made(`insert into companies (tenant_id, name, created_at) values ($1, 'Customer', now()) returning id`);
    for (let n = 0; n < 12; n++)
      this.items.push(
        await this.made(
          `insert into pipeline_items (tenant_id, name, stage_id, kind, owner_id, currency, changed_at, created_at) values ($1, $2, $3, 'deal', $4, 'USD', now(), now()) returning id`,
          [`item ${n}`, this.stage, this.owners[0]],
        ),
      );
    return this;
  }

  /** `$1` is the organisation. */
  async sql<R extends object>(text: string, params: readonly unknown[] = []): Promise<R[]> {
    return (await this.database.admin.query(text, [this.tenantId, ...params])).rows as R[];
  }

  /** Minutes after the first of its days began. */
  instant(minutes: number): Date {
    return new Date(startOfDay(this.firstDay, this.zone).getTime() + minutes * 60_000);
  }

  async versions(source: SourceName, where = ''): Promise<FactVersion[]> {
    const rows = await this.sql<Record<string, unknown>>(`select * from ${source} where tenant_id = $1 ${where}`);
    return rows.map(
      (row) =>
        Object.fromEntries(
          Object.entries(row).map(([k, v]) => [k, bigints.includes(k) && v !== null ? BigInt(v as string) : v]),
        ) as unknown as FactVersion,
    );
  }

  stored(): Promise<StoredDay[]> {
    return this.sql('select measure, owner_id, on_day::text, sum::text, count from daily_measures where tenant_id = $1 order by 1, 2, 3');
  }

  /** What waits to be counted, as it lies there. */
  marks(): Promise<object[]> {
    return this.sql('select id, source, owner_id, on_day::text from metric_dirty where tenant_id = $1 order by id');
  }

  /** What should be stored, by the plain reading of all facts, day by day. */
  async expected(): Promise<StoredDay[]> {
    const days = [-1, 0, 1, 2, 3, 4, 5, 6, 7].map((n) => addDays(this.firstDay, n));
    const rows: StoredDay[] = [];
    for (const source of sourceNames) {
      const present = knownAt(source, await this.versions(source, 'and known_to is null'), null);
      for (const measure of measuresOf(source))
        for (const owner of this.owners)
          for (const day of days) {
            const { sum, count } = interpretDaily(measure, present, owner, windowOf(day, day, this.zone));
            if (sum !== 0n || count !== 0) rows.push({ measure: measure.key, owner_id: owner, on_day: day, sum: sum.toString(), count });
          }
    }
    const key = (row: StoredDay) => `${row.measure} ${row.owner_id} ${row.on_day}`;
    return rows.sort((a, b) => (key(a) < key(b) ? -1 : 1));
  }

  private async made(text: string, params: readonly unknown[] = []): Promise<string> {
    return (await this.sql<{ id: string }>(text, params))[0]?.id as string;
  }
}
