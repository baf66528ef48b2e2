-- $1: tenant
-- $2: scopes
-- $3: owners
-- $4: from of each member
-- $5: to of each member
-- $6: from
-- $7: to
-- $8: known at
with member as (select * from unnest($2::text[], $3::uuid[], $4::timestamptz[], $5::timestamptz[]) as m (scope, owner_id, from_at, to_at)),
    fact as (select id, owner_id, company_id, item_id, type, outcome, completed_at from activities where tenant_id = $1 and known_at <= $8 and (known_to is null or known_to > $8) and completed_at is not null and $7::timestamptz is not null and $6::timestamptz is not null),
    other as (select item_id, sequence, owner_id, occurred_at, kind, step, partner, undated from pipeline_events where tenant_id = $1 and known_at <= $8 and (known_to is null or known_to > $8) and occurred_at is not null and $7::timestamptz is not null and item_id in (select x.item_id from pipeline_events x where x.tenant_id = $1 and x.step is not null
      union select a.item_id from activities a where a.tenant_id = $1 and a.item_id is not null and a.type = 'call')),
    began as (select distinct on (item_id) item_id, owner_id, completed_at from fact where type = 'call' and outcome = 'completed' and item_id is not null
        order by item_id, completed_at, id),
    arrived as (select distinct on (item_id) item_id, owner_id, occurred_at from other
        where step in ('proposal', 'agreement', 'list') and not undated order by item_id, occurred_at, sequence),
    item as (select item_id, bool_or(partner) as partner, bool_or(coalesce(step in ('proposal', 'agreement', 'list'), false) or kind = 'won') as converted,
        (array_agg(kind order by occurred_at desc, sequence desc))[1] = 'lost' as over from other group by item_id),
    entry as (select b.item_id as thing, 'began' as role, b.owner_id, b.completed_at as at, i.over, i.converted
        from began b join item i on i.item_id = b.item_id where not i.partner
      union all select a.item_id, 'arrived', a.owner_id, a.occurred_at, false, false from arrived a join item i on i.item_id = a.item_id where not i.partner),
    counted as (select distinct m.scope, e.thing, e.role, e.converted, e.over from entry e join member m on m.owner_id = e.owner_id
      and (m.from_at is null or m.from_at <= e.at) and (m.to_at is null or m.to_at > e.at) where e.at >= $6 and e.at < $7)
    select s.scope, (count(*) filter (where c.role = 'began'))::bigint as began, (count(*) filter (where c.role = 'began' and c.converted))::bigint as converted, (count(*) filter (where c.role = 'began' and not c.converted and not c.over))::bigint as maturing, (count(*) filter (where c.role = 'arrived'))::bigint as arrived
    from (select distinct scope from member) s left join counted c on c.scope = s.scope group by s.scope
