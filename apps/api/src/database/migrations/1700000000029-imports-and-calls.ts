import type { MigrationInterface, QueryRunner } from 'typeorm';
import { protectTenantTable } from '../tenant-table.js';

const added = `, 'sales'::text, 'exchange_rates'::text`;

/** Which sources imports may name: what older migrations allow, changed. Rows that there are keep to it, so they are not looked at. */
const sources = (changed: string) => `do $do$ declare definition text; begin
  select replace(pg_get_constraintdef(oid), ' NOT VALID', '') into definition from pg_constraint where conname = 'ck_imports_source' and conrelid = 'imports'::regclass;
  alter table imports drop constraint ck_imports_source;
  execute 'alter table imports add constraint ck_imports_source ' || ${changed} || ' not valid';
end $do$`;

/**
 * Imports that are taken whole or not at all, say how far they are and name the cell of each finding (SRC-10); calls of other systems as the page of
 * developers shows them (PLAT-06); amounts divided by shares inside the database (SRC-07).
 */
export class ImportsAndCalls1700000000029 implements MigrationInterface {
  name = 'ImportsAndCalls1700000000029';

  async up(q: QueryRunner): Promise<void> {
    await q.query(
      `alter table imports add column all_or_nothing boolean not null default false, add column phase text, add column bytes_read bigint not null default 0`,
    );
    await q.query('alter table import_findings add column column_name text, add column cell text');
    await q.query(sources(`replace(definition, ']))', $added$${added}]))$added$)`));
    // As splitAmount of the kernel: each part is what lies below it, the units left over go to the largest remainders, of equal ones to the first.
    await q.query(`create function app.split_amount(amount bigint, shares integer[]) returns bigint[] language sql immutable parallel safe as $$
      select array_agg(sign(amount)::bigint * (p.part + (p.place <= p.short)::int)::bigint order by p.n) from (
        select c.n, c.part, row_number() over (order by c.rest desc, c.n) as place, abs(amount) - sum(c.part) over () as short from (
          select s.n, div(abs(amount)::numeric * s.share, 1000000) as part, mod(abs(amount)::numeric * s.share, 1000000) as rest
          from unnest(shares) with ordinality as s (share, n)) c) p $$`);
    await q.query(`create table ingest_calls (
      tenant_id uuid not null constraint fk_ingest_calls_tenant references tenants (id),
      id uuid not null default uuidv7(),
      api_key_id uuid,
      user_id uuid not null,
      source text not null,
      dry_run boolean not null,
      at timestamptz(3) not null default now(),
      row_count integer not null,
      created integer not null,
      updated integer not null,
      unchanged integer not null,
      refused integer not null,
      problems jsonb not null default '[]',
      constraint pk_ingest_calls primary key (tenant_id, id),
      constraint fk_ingest_calls_key foreign key (tenant_id, api_key_id) references api_keys (tenant_id, id),
      constraint fk_ingest_calls_user foreign key (tenant_id, user_id) references users (tenant_id, id)
    )`);
    await q.query('create index ix_ingest_calls_key on ingest_calls (tenant_id, api_key_id, id)');
    await q.query('create index ix_ingest_calls_user on ingest_calls (tenant_id, user_id)');
    for (const statement of protectTenantTable('ingest_calls', 'select, insert, delete')) await q.query(statement);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query('drop table ingest_calls');
    await q.query('drop function app.split_amount(bigint, integer[])');
    const ours = `select id from imports where source in ('sales', 'exchange_rates')`;
    for (const table of ['import_findings', 'import_chunks']) await q.query(`delete from ${table} where import_id in (${ours})`);
    await q.query(`delete from imports where source in ('sales', 'exchange_rates')`);
    await q.query(sources(`replace(definition, $added$${added}$added$, '')`));
    await q.query('alter table import_findings drop column column_name, drop column cell');
    await q.query('alter table imports drop column all_or_nothing, drop column phase, drop column bytes_read');
  }
}
