import type { Pool } from 'pg';

/** The schema as a reader wants it: table by table with columns, constraints, indexes, policies, triggers and grants; then functions. */
export async function schemaText(admin: Pool): Promise<string> {
  const { rows: tables } = await admin.query<{ oid: string; name: string }>(
    `select c.oid::text, c.relname || case when c.relrowsecurity and c.relforcerowsecurity then ', row-level security forced' else '' end as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = 'public' and c.relkind in ('r', 'p') and c.relname <> 'migrations' order by 2`,
  );
  const parts: string[] = [];
  for (const table of tables) parts.push([`table ${table.name}`, ...(await linesOf(admin, table.oid))].join('\n  '));
  const { rows: functions } = await admin.query<{ line: string }>(
    `select 'function ' || p.oid::regprocedure || ' returns ' || pg_get_function_result(p.oid) || ', ' || l.lanname || case when p.prosecdef then ', security definer' else '' end
       || ', owner ' || pg_get_userbyid(p.proowner) || ', body ' || md5(p.prosrc) as line
     from pg_proc p join pg_namespace n on n.oid = p.pronamespace join pg_language l on l.oid = p.prolang where n.nspname = 'app' order by 1`,
  );
  return `${[...parts, functions.map((row) => row.line).join('\n')].join('\n\n')}\n`;
}

async function linesOf(admin: Pool, oid: string): Promise<string[]> {
  const { rows } = await admin.query<{ line: string }>(
    `select 1 as part, lpad(attnum::text, 3, '0') as place, attname || ' ' || format_type(atttypid, atttypmod) || case when attnotnull then ' not null' else '' end
         || case when attgenerated <> '' then ' generated ' else ' default ' end || pg_get_expr(d.adbin, d.adrelid) as line
       from pg_attribute a join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum where a.attrelid = $1 and attnum > 0 and not attisdropped
     union all select 1, lpad(attnum::text, 3, '0'), attname || ' ' || format_type(atttypid, atttypmod) || case when attnotnull then ' not null' else '' end
       from pg_attribute a where a.attrelid = $1 and attnum > 0 and not attisdropped and not atthasdef
     union all select 2, conname, conname || ': ' || pg_get_constraintdef(oid) from pg_constraint where conrelid = $1 and contype <> 'n'
     union all select 3, i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) from pg_index i
       where i.indrelid = $1 and not exists (select 1 from pg_constraint k where k.conindid = i.indexrelid)
     union all select 4, polname, 'policy ' || polname || case when polpermissive then ' permissive' else ' restrictive' end || ' for ' || polcmd::text
         || ' to ' || (select coalesce(string_agg(r.rolname, ', ' order by r.rolname), 'public') from pg_roles r where r.oid = any(polroles))
         || ' using ' || coalesce(pg_get_expr(polqual, polrelid), '-') || ' check ' || coalesce(pg_get_expr(polwithcheck, polrelid), '-') from pg_policy where polrelid = $1
     union all select 5, tgname, pg_get_triggerdef(oid) from pg_trigger where tgrelid = $1 and not tgisinternal
     union all select 6, g.grantee, 'grant ' || string_agg(lower(g.privilege_type), ', ' order by g.privilege_type) || ' to ' || g.grantee
       from pg_class c cross join lateral (select pg_get_userbyid(x.grantee) as grantee, x.privilege_type from aclexplode(c.relacl) x) g
       where c.oid = $1 and g.grantee in ('waymark_app', 'waymark_worker', 'waymark_doors') group by g.grantee
     order by 1, 2`,
    [oid],
  );
  return rows.map((row) => row.line);
}
