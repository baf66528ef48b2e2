import type { QueryResult } from 'pg';

/** A pool or a connection of somebody who sees the catalogue. */
interface Queryable {
  query<R extends object>(text: string): Promise<QueryResult<R & Record<string, unknown>>>;
}

/** Tables without a tenant of their own, each for a reason (Q123). */
const exceptions = ['job_slots', 'migrations', 'rate_limits', 'tenants'];

const tables = `from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relkind in ('r', 'p') and n.nspname in ('public', 'app')`;

/** What a database must not have, and the query that finds it. */
const questions: Record<string, string> = {
  'no forced row-level security': `select c.relname as name ${tables} and not (c.relrowsecurity and c.relforcerowsecurity)`,
  'no restrictive tenant policy for all commands': `select c.relname as name ${tables} and not exists (select 1 from pg_policy p where p.polrelid = c.oid and not p.polpermissive and p.polcmd = '*'
       and p.polroles = '{0}' and pg_get_expr(p.polqual, c.oid) like '%tenant_id = (current_setting(''app.tenant_id''::text))::uuid%'
       and pg_get_expr(p.polwithcheck, c.oid) = pg_get_expr(p.polqual, c.oid))`,
  'tenant_id is missing or may be null': `select c.relname as name ${tables} and not exists (select 1 from pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant_id' and a.attnotnull)`,
  'primary key does not begin with tenant_id': `select c.relname as name ${tables} and not exists (select 1 from pg_constraint k join pg_attribute a on a.attrelid = c.oid and a.attnum = k.conkey[1]
       where k.conrelid = c.oid and k.contype = 'p' and a.attname = 'tenant_id')`,
  'unique index does not begin with tenant_id': `select c.relname || ' ' || i.indexrelid::regclass as name from pg_index i join pg_class c on c.oid = i.indrelid join pg_namespace n on n.oid = c.relnamespace
       left join pg_attribute a on a.attrelid = c.oid and a.attnum = i.indkey[0] where i.indisunique and n.nspname = 'public' and a.attname is distinct from 'tenant_id'`,
  'foreign key without tenant_id': `select c.relname || ' ' || k.conname as name from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_class t on t.oid = k.confrelid
       where k.contype = 'f' and t.relname <> 'tenants' and not exists (select 1 from unnest(k.conkey, k.confkey) as pair (mine, theirs)
         join pg_attribute a on a.attrelid = k.conrelid and a.attnum = pair.mine and a.attname = 'tenant_id'
         join pg_attribute b on b.attrelid = k.confrelid and b.attnum = pair.theirs and b.attname = 'tenant_id')`,
  'a login role owns it or bypasses policies': `select c.relname as name ${tables} and pg_get_userbyid(c.relowner) in ('waymark_app', 'waymark_worker')
     union all select rolname from pg_roles where rolname in ('waymark_app', 'waymark_worker', 'waymark_owner') and (rolbypassrls or rolsuper)`,
  'security definer without a fixed search path': `select p.proname as name from pg_proc p join pg_namespace n on n.oid = p.pronamespace where n.nspname in ('public', 'app') and p.prosecdef
       and not exists (select 1 from unnest(p.proconfig) as setting where setting like 'search_path=%')`,
  'a table may be truncated or hooked by the application': `select c.relname as name ${tables} and (has_table_privilege('waymark_app', c.oid, 'truncate') or has_table_privilege('waymark_app', c.oid, 'trigger')
       or has_table_privilege('waymark_worker', c.oid, 'truncate'))`,
};

/**
 * What the tables, policies, keys and functions of a database miss to keep organisations apart (PLAT-01); nothing when all is well. For the specs, and for
 * operators who look at a restored or moved database before they trust it.
 */
export async function catalogueFaults(database: Queryable): Promise<string[]> {
  const faults: string[] = [];
  for (const [what, sql] of Object.entries(questions))
    for (const { name } of (await database.query<{ name: string }>(sql)).rows)
      if (!exceptions.includes(name.split(' ')[0] as string)) faults.push(`${what}: ${name}`);
  return faults;
}
