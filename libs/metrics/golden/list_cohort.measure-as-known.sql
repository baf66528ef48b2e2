-- $1: tenant
-- $2: scopes
-- $3: owners
-- $4: from of each member
-- $5: to of each member
-- $6: from
-- $7: to
-- $8: known at
with member as (select * from unnest($2::text[], $3::uuid[], $4::timestamptz[], $5::timestamptz[]) as m (scope, owner_id, from_at, to_at)),
    fact as (select list_id, owner_id, opened_at, sent_at, closed_at from partner_list_versions where tenant_id = $1 and known_at <= $8 and (known_to is null or known_to > $8) and opened_at is not null and $7::timestamptz is not null and $6::timestamptz is not null),
    other as (select id, list_id, owner_id, occurred_at, amount_minor, unrated, position from sales where tenant_id = $1 and known_at <= $8 and (known_to is null or known_to > $8) and occurred_at is not null and $7::timestamptz is not null),
    sold as (select distinct on (list_id) list_id, owner_id, occurred_at from other where list_id is not null and position = 1 and amount_minor >= 0
        order by list_id, occurred_at, id),
    entry as (select f.list_id as thing, 'began' as role, f.owner_id, f.sent_at as at, f.closed_at is not null as over, s.list_id is not null as converted
        from fact f left join sold s on s.list_id = f.list_id where f.sent_at is not null
      union all select list_id, 'arrived', owner_id, occurred_at, false, false from sold),
    counted as (select distinct m.scope, e.thing, e.role, e.converted, e.over from entry e join member m on m.owner_id = e.owner_id
      and (m.from_at is null or m.from_at <= e.at) and (m.to_at is null or m.to_at > e.at) where e.at >= $6 and e.at < $7)
    select s.scope, (count(*) filter (where c.role = 'began'))::bigint as began, (count(*) filter (where c.role = 'began' and c.converted))::bigint as converted, (count(*) filter (where c.role = 'began' and not c.converted and not c.over))::bigint as maturing, (count(*) filter (where c.role = 'arrived'))::bigint as arrived
    from (select distinct scope from member) s left join counted c on c.scope = s.scope group by s.scope
