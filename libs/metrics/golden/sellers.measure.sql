-- $1: tenant
-- $2: scopes
-- $3: owners
-- $4: from of each member
-- $5: to of each member
-- $6: from
-- $7: to
-- $8: the constant 'completed'
with member as (select * from unnest($2::text[], $3::uuid[], $4::timestamptz[], $5::timestamptz[]) as m (scope, owner_id, from_at, to_at)),
    fact as (select id, list_id, owner_id, occurred_at, amount_minor, unrated, position from sales where tenant_id = $1 and known_to is null and occurred_at < $7 and $6::timestamptz is not null),
    other as (select id, owner_id, company_id, item_id, type, outcome, completed_at from activities where tenant_id = $1 and known_to is null and completed_at < $7 and outcome = $8),
    done as (select id, owner_id, occurred_at as at, amount_minor, unrated from fact where occurred_at >= $6
      union all select id, owner_id, completed_at, 0, false from other where completed_at >= $6),
    counted as (select distinct m.scope, d.id, d.owner_id, d.amount_minor, d.unrated from done d join member m on m.owner_id = d.owner_id
      and (m.from_at is null or m.from_at <= d.at) and (m.to_at is null or m.to_at > d.at))
    select s.scope, (count(distinct c.owner_id))::bigint as people, (coalesce(sum(c.amount_minor), 0))::bigint as revenue, (count(*) filter (where c.unrated))::bigint as unrated
    from (select distinct scope from member) s left join counted c on c.scope = s.scope group by s.scope
