-- $1: tenant
-- $2: owners
-- $3: from
-- $4: to
-- $5: known at
-- $6: the constant '2'
-- $7: the constant '-1'
select o.owner_id, (coalesce(sum(s.amount_minor) filter (where not s.unrated and s.occurred_at >= $3 and s.occurred_at < $4), 0))::bigint as v0, (count(*) filter (where s.position < $6::bigint and s.amount_minor > $7::bigint and s.occurred_at >= $3 and s.occurred_at < $4))::bigint as v1, (count(*) filter (where s.position < $6::bigint and s.amount_minor > $7::bigint and s.from_list and s.occurred_at >= $3 and s.occurred_at < $4))::bigint as v2, (count(*) filter (where s.unrated and s.occurred_at >= $3 and s.occurred_at < $4))::bigint as v3
    from unnest($2::uuid[]) as o (owner_id) left join (select * from sales where tenant_id = $1 and known_at <= $5 and (known_to is null or known_to > $5) and owner_id = any($2)) s on s.owner_id = o.owner_id
    where $3::timestamptz is not null group by o.owner_id
