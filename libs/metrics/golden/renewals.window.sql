-- $1: tenant
-- $2: owners
-- $3: from
-- $4: to
-- $5: the constant 'lost'
-- $6: the constant 'renewed'
select o.owner_id, (count(*) filter (where s.due_at >= $3 and s.due_at < $4))::bigint as v0, (count(*) filter (where s.outcome = $5::text and s.due_at >= $3 and s.due_at < $4))::bigint as v1, (count(*) filter (where s.outcome = $6::text and s.due_at >= $3 and s.due_at < $4))::bigint as v2
    from unnest($2::uuid[]) as o (owner_id) left join (select * from renewals where tenant_id = $1 and known_to is null and owner_id = any($2)) s on s.owner_id = o.owner_id
    where $3::timestamptz is not null group by o.owner_id
