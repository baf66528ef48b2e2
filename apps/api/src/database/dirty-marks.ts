const events: [event: string, tables: string[], referencing: string][] = [
  ['insert', ['new_rows'], 'referencing new table as new_rows'],
  ['update', ['old_rows', 'new_rows'], 'referencing old table as old_rows new table as new_rows'],
  ['delete', ['old_rows'], 'referencing old table as old_rows'],
];

/**
 * Statements after which every write to a source marks the days of these instants and wakes the worker (Q122). A new source has its functions from `markWrites`
 * after them, which cost less. In two steps (collect into arrays, then insert from
 * them), so that the same text also runs where the target is a distributed table.
 */
export function markDirtyDays(source: string, instants: readonly string[]): string[] {
  return events.flatMap(([event, tables, referencing]) => {
    const name = `mark_${source}_${event}`;
    return [
      `create or replace function app.${name}() returns trigger language plpgsql as $$ ${body(source, instants, tables)} $$`,
      `create or replace trigger mark_${event} after ${event} on ${source} ${referencing} for each statement execute function app.${name}()`,
    ];
  });
}

function body(source: string, instants: readonly string[], tables: readonly string[]): string {
  const rows = tables
    .flatMap((table) => instants.map((instant) => `select tenant_id, owner_id, ${instant} as at from ${table} where ${instant} is not null`))
    .join(' union all ');
  return `declare tenants_in uuid[]; owners_in uuid[]; days_in date[]; tenant uuid;
        begin
          select array_agg(d.tenant_id), array_agg(d.owner_id), array_agg(d.on_day) into tenants_in, owners_in, days_in
          from (select distinct r.tenant_id, r.owner_id, app.day_of(r.at, t.time_zone) as on_day
                from (${rows}) r join tenants t on t.id = r.tenant_id) d;
          if tenants_in is null then return null; end if;
          insert into metric_dirty (tenant_id, source, owner_id, on_day)
            select d.tenant_id, '${source}', d.owner_id, d.on_day from unnest(tenants_in, owners_in, days_in) as d (tenant_id, owner_id, on_day);
          for tenant in select distinct unnest(tenants_in) loop perform pg_notify('waymark_dirty', tenant::text); end loop;
          return null;
        end`;
}
