-- $1: tenant
-- $2: owners
-- $3: from
-- $4: to
-- $5: known at
-- $6: the constant '0'
select o.owner_id, (count(*) filter (where s.late_at < $4 and (s.ended_at is null or s.ended_at >= $4)))::bigint as v0, (count(*) filter (where s.sent_at >= $3 and s.sent_at < $4))::bigint as v1, (count(*) filter (where s.partners > $6::bigint and s.sent_at >= $3 and s.sent_at < $4))::bigint as v2, (count(*) filter (where not s.has_due and s.opened_at < $4 and (s.ended_at is null or s.ended_at >= $4)))::bigint as v3, (coalesce(sum(s.partners) filter (where s.partners > $6::bigint and s.sent_at >= $3 and s.sent_at < $4), 0))::bigint as v4
    from unnest($2::uuid[]) as o (owner_id) left join (select * from partner_list_versions where tenant_id = $1 and known_at <= $5 and (known_to is null or known_to > $5) and owner_id = any($2)) s on s.owner_id = o.owner_id
    where $3::timestamptz is not null group by o.owner_id
