-- $1: tenant
-- $2: owners
-- $3: from
-- $4: to
-- $5: the constant 'done'
select o.owner_id, (count(*) filter (where s.state = $5::text and s.done_at >= $3 and s.done_at < $4))::bigint as v0
    from unnest($2::uuid[]) as o (owner_id) left join (select * from tasks where tenant_id = $1 and known_to is null and owner_id = any($2)) s on s.owner_id = o.owner_id
    where $3::timestamptz is not null group by o.owner_id
