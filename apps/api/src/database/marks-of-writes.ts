const events: [event: string, tables: string[]][] = [
  ['insert', ['new_rows']],
  ['update', ['old_rows', 'new_rows']],
  ['delete', ['old_rows']],
];

/** Rows up to which a statement's marks are made one by one: a correction touches two, and starting the set-based way costs as much as ten rows. */
const few = 4;

/**
 * Functions behind the triggers that mark the days of these instants after every write to a source (Q122). Cheap for the few rows of a request, set-based for
 * many (a mark twice does no harm: they are told apart when they are taken); both collect into arrays before they insert, so that the same text also runs where the target is a distributed table.
 *
 * A request's transaction says to the worker that marks wait only if no other one of its organisation is about to: notifying takes a lock of the whole
 * database until the commit. Who holds its tongue may commit after the worker has looked; the worker looks again (ADR 36). Large writes always say it and never
 * hold the lock, since they may take long.
 */
export function markWrites(source: string, instants: readonly string[]): string[] {
  return events.map(
    ([event, tables]) =>
      `create or replace function app.mark_${source}_${event}() returns trigger language plpgsql as $$ ${body(source, instants, tables)} $$`,
  );
}

function body(source: string, instants: readonly string[], tables: readonly string[]): string {
  const columns = instants.map((instant, n) => `${instant} as at_${n}`).join(', ');
  const rows = tables.map((table) => `select tenant_id, owner_id, ${columns} from ${table}`).join(' union all ');
  const each = instants
    .map(
      (_, n) => `
            if one.at_${n} is not null then
              on_day_in := app.day_of(one.at_${n}, zone);
              if on_day_in is distinct from day or one.owner_id <> owner then
                owner := one.owner_id; day := on_day_in;
                owners_in := owners_in || owner; days_in := days_in || day;
              end if;
            end if;`,
    )
    .join('');
  return `declare one record; seen int := 0; large boolean := false; tenant uuid; zone text; owner uuid; day date; on_day_in date; tenants_in uuid[]; owners_in uuid[]; days_in date[];
        begin
          for one in ${rows} loop
            seen := seen + 1;
            large := seen > ${few} or one.tenant_id is distinct from coalesce(tenant, one.tenant_id);
            exit when large;
            if tenant is null then tenant := one.tenant_id; select time_zone into zone from tenants where id = tenant; end if;${each}
          end loop;
          if large then ${many(source, instants, tables)}
          elsif days_in is not null then
            if cardinality(days_in) = 1 then insert into metric_dirty (tenant_id, source, owner_id, on_day) values (tenant, '${source}', owner, day);
            else insert into metric_dirty (tenant_id, source, owner_id, on_day)
              select tenant, '${source}', d.owner_id, d.on_day from unnest(owners_in, days_in) as d (owner_id, on_day);
            end if;
            if pg_try_advisory_xact_lock(hashtextextended('marks ' || tenant, 0)) then perform pg_notify('waymark_dirty', tenant::text); end if;
          end if;
          return null;
        end`;
}

function many(source: string, instants: readonly string[], tables: readonly string[]): string {
  const rows = tables
    .flatMap((table) => instants.map((instant) => `select tenant_id, owner_id, ${instant} as at from ${table} where ${instant} is not null`))
    .join(' union all ');
  return `
            select array_agg(d.tenant_id), array_agg(d.owner_id), array_agg(d.on_day) into tenants_in, owners_in, days_in
            from (select distinct r.tenant_id, r.owner_id, app.day_of(r.at, t.time_zone) as on_day
                  from (${rows}) r join tenants t on t.id = r.tenant_id) d;
            if tenants_in is not null then
              insert into metric_dirty (tenant_id, source, owner_id, on_day)
                select d.tenant_id, '${source}', d.owner_id, d.on_day from unnest(tenants_in, owners_in, days_in) as d (tenant_id, owner_id, on_day);
              for tenant in select distinct unnest(tenants_in) loop perform pg_notify('waymark_dirty', tenant::text); end loop;
            end if;`;
}
