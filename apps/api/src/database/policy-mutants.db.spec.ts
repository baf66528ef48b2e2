import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { testDatabase, type TestDatabase } from '@waymark/testing';
import { randomUUID } from 'node:crypto';
import pg from 'pg';

interface Table {
  name: string;
  /** The column that names the organisation. */
  tenant: string;
  /** Columns that a statement may write. */
  columns: { name: string; type: string; needed: boolean }[];
}

const policy = (tenant: string) => `${tenant} = current_setting('app.tenant_id')::uuid`;
/** What may happen to the protection of a table, and how it is put back. */
const mutants: { what: string; harm: (table: Table) => string; heal: (table: Table) => string }[] = [
  {
    what: 'the policy is dropped',
    harm: ({ name }) => `drop policy tenant_isolation on ${name}`,
    heal: ({ name, tenant }) =>
      `create policy tenant_isolation on ${name} as restrictive for all to public using (${policy(tenant)}) with check (${policy(tenant)})`,
  },
  {
    what: 'the policy lets everything be read',
    harm: ({ name }) => `alter policy tenant_isolation on ${name} using (true)`,
    heal: ({ name, tenant }) => `alter policy tenant_isolation on ${name} using (${policy(tenant)})`,
  },
  {
    what: 'the policy lets everything be written',
    harm: ({ name }) => `alter policy tenant_isolation on ${name} with check (true)`,
    heal: ({ name, tenant }) => `alter policy tenant_isolation on ${name} with check (${policy(tenant)})`,
  },
  {
    what: 'row-level security is off',
    harm: ({ name }) => `alter table ${name} disable row level security`,
    heal: ({ name }) => `alter table ${name} enable row level security`,
  },
];

/** A value of the type, for columns that must have one. Rules of the data are lifted here, so any value will do. */
function someValue(type: string, letter: string): unknown {
  if (type.endsWith('[]')) return '{}';
  if (type === 'uuid') return randomUUID();
  if (/^json/.test(type)) return '{}';
  if (/int|numeric|double|real/.test(type)) return '1';
  if (/timestamp|date/.test(type)) return '2026-01-01';
  if (type === 'boolean') return 'false';
  if (type === 'bytea') return Buffer.from(letter);
  if (/^(inet|cidr)/.test(type)) return '127.0.0.1';
  return letter;
}

describe('the policies of the tables', () => {
  let database: TestDatabase;
  let app: pg.Pool;
  let tables: Table[];
  const mine = randomUUID();
  const theirs = randomUUID();

  beforeAll(async () => {
    database = await testDatabase();
    app = new pg.Pool({ connectionString: database.appUrl, max: 1 });
    tables = await readTables();
    await fill();
  });

  afterAll(async () => {
    await app.end();
    await database.drop();
  });

  async function readTables(): Promise<Table[]> {
    const { rows } = await database.admin.query<Table>(
      `select c.oid::regclass::text as name, case when c.relname = 'tenants' then 'id' else 'tenant_id' end as tenant,
              json_agg(json_build_object('name', quote_ident(a.attname), 'type', format_type(a.atttypid, null), 'needed', a.attnotnull and not a.atthasdef)) as columns
         from pg_policy p join pg_class c on c.oid = p.polrelid
           join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '' and a.attidentity = ''
         where p.polname = 'tenant_isolation' group by c.oid, c.relname order by 1`,
    );
    return rows;
  }

  /** One row of each organisation in every table; this database lives for this file only, so its other rules are lifted. */
  async function fill(): Promise<void> {
    const { rows } = await database.admin.query<{ statement: string }>(
      `select format('alter table %s drop constraint %I', conrelid::regclass, conname) as statement from pg_constraint
         where contype in ('c', 'f', 'x') and conparentid = 0 and conrelid <> 0 and connamespace = 'public'::regnamespace`,
    );
    for (const { statement } of rows) await database.admin.query(statement);
    for (const table of tables) {
      await database.admin.query(`alter table ${table.name} disable trigger user`);
      const columns = table.columns.filter((column) => column.needed || column.name === table.tenant);
      for (const tenant of [mine, theirs]) {
        const values = columns.map((column) => (column.name === table.tenant ? tenant : someValue(column.type, tenant === mine ? 'a' : 'b')));
        const places = values.map((_, n) => `$${n + 1}`).join(', ');
        await database.admin.query(`insert into ${table.name} (${columns.map((column) => column.name).join(', ')}) values (${places})`, values);
      }
    }
  }

  /** What the application, working for one organisation, can do to the rows of the other in this table. Nothing, that is. */
  async function holesIn(table: Table): Promise<string[]> {
    const holes: string[] = [];
    const attempt = async (what: string, sql: string, params: string[], goesThrough: (rows: number | null) => boolean) => {
      const client = await app.connect();
      try {
        await client.query('begin');
        await client.query(`select set_config('app.tenant_id', $1, true)`, [mine]);
        const { rowCount } = await client.query(sql, params);
        if (goesThrough(rowCount)) holes.push(what);
      } catch (error) {
        // No right at all, or the policy: both hold. Any other error comes after the policy has let the row pass.
        if ((error as { code?: string }).code !== '42501') holes.push(`${what}: ${(error as Error).message}`);
      } finally {
        await client.query('rollback');
        client.release();
      }
    };
    const { name, tenant, columns } = table;
    const others = columns.filter((column) => column.name !== tenant).map((column) => column.name);
    const fresh = columns.filter((column) => column.name !== tenant).map((column) => (column.type === 'uuid' ? 'gen_random_uuid()' : column.name));
    const found = (rows: number | null) => (rows ?? 0) > 0;
    await attempt('reads', `select 1 from ${name} where ${tenant} = $1`, [theirs], found);
    await attempt('deletes', `delete from ${name} where ${tenant} = $1`, [theirs], found);
    await attempt('moves', `update ${name} set ${tenant} = $1 where ${tenant} = $2`, [theirs, mine], found);
    await attempt(
      'adds',
      `insert into ${name} (${[tenant, ...others].join(', ')}) select ${['$1::uuid', ...fresh].join(', ')} from ${name} where ${tenant} = $2`,
      [theirs, mine],
      found,
    );
    return holes;
  }

  it('SEC-01 case 6 no table lets an organisation read, delete, move or add rows of another', async () => {
    const open: string[] = [];
    for (const table of tables) for (const hole of await holesIn(table)) open.push(`${table.name} ${hole}`);
    expect(open).toEqual([]);
    expect(tables.length).toBeGreaterThan(30);
  });

  it('SEC-01 (mutants) a policy that is dropped or opened, on whatever table, is noticed', async () => {
    const survivors: string[] = [];
    let made = 0;
    const { rows: rights } = await database.admin.query<{ name: string; read: boolean; write: boolean }>(
      `select name, has_table_privilege('waymark_app', name, 'select') or has_any_column_privilege('waymark_app', name, 'select') as read,
              has_column_privilege('waymark_app', name, tenant, 'update') or has_table_privilege('waymark_app', name, 'insert') as write
         from unnest($1::text[], $2::text[]) as t (name, tenant)`,
      [tables.map((table) => table.name), tables.map((table) => table.tenant)],
    );
    for (const table of tables)
      for (const { what, harm, heal } of mutants) {
        const right = rights.find((row) => row.name === table.name);
        // A table that the application may not write at all is safe without the policy.
        if (!(what.endsWith('written') ? right?.write : right?.read)) continue;
        await database.admin.query(harm(table));
        const holes = await holesIn(table);
        await database.admin.query(heal(table));
        made += 1;
        if (holes.length === 0) survivors.push(`${table.name}: ${what}`);
      }
    expect(survivors).toEqual([]);
    expect(made).toBeGreaterThan(120);
    for (const table of tables) expect([table.name, await holesIn(table)]).toEqual([table.name, []]);
  });
});
