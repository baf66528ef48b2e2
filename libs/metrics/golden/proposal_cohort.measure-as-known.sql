-- $1: tenant
-- $2: scopes
-- $3: owners
-- $4: from of each member
-- $5: to of each member
-- $6: from
-- $7: to
-- $8: known at
with member as (select * from unnest($2::text[], $3::uuid[], $4::timestamptz[], $5::timestamptz[]) as m (scope, owner_id, from_at, to_at)),
    fact as (select item_id, sequence, owner_id, occurred_at, kind, step, partner, undated from pipeline_events where tenant_id = $1 and known_at <= $8 and (known_to is null or known_to > $8) and occurred_at is not null and $7::timestamptz is not null and item_id in (select x.item_id from pipeline_events x where x.tenant_id = $1 and x.step is not null
      union select a.item_id from activities a where a.tenant_id = $1 and a.item_id is not null and a.type = 'call') and $6::timestamptz is not null),
    began as (select distinct on (item_id) item_id, owner_id, occurred_at, sequence, partner from fact where step = 'proposal' and not undated
        order by item_id, occurred_at, sequence),
    arrived as (select distinct on (item_id) item_id, owner_id, occurred_at, partner from fact
        where step in ('agreement', 'list') and not undated order by item_id, occurred_at, sequence),
    last as (select distinct on (item_id) item_id, kind from fact order by item_id, occurred_at desc, sequence desc),
    entry as (select b.item_id as thing, 'began' as role, b.owner_id, b.occurred_at as at, l.kind = 'lost' as over,
          exists (select 1 from fact f where f.item_id = b.item_id and (f.step in ('agreement', 'list') or f.kind = 'won')
            and (f.occurred_at, f.sequence) > (b.occurred_at, b.sequence)) as converted
        from began b join last l on l.item_id = b.item_id where not b.partner
      union all select item_id, 'arrived', owner_id, occurred_at, false, false from arrived where not partner),
    counted as (select distinct m.scope, e.thing, e.role, e.converted, e.over from entry e join member m on m.owner_id = e.owner_id
      and (m.from_at is null or m.from_at <= e.at) and (m.to_at is null or m.to_at > e.at) where e.at >= $6 and e.at < $7)
    select s.scope, (count(*) filter (where c.role = 'began'))::bigint as began, (count(*) filter (where c.role = 'began' and c.converted))::bigint as converted, (count(*) filter (where c.role = 'began' and not c.converted and not c.over))::bigint as maturing, (count(*) filter (where c.role = 'arrived'))::bigint as arrived
    from (select distinct scope from member) s left join counted c on c.scope = s.scope group by s.scope
