-- $1: tenant
-- $2: owners
-- $3: from
-- $4: to
-- $5: the constant 'made'
-- $6: the constant 'restored'
-- $7: the constant 'reversed'
-- $8: the constant 'deal'
-- $9: the constant 'lost'
-- $10: the constant 'won'
-- $11: the constant 'lead'
-- $12: the constant '0'
-- $13: the constant 'proposal'
select o.owner_id, (count(*) filter (where s.agreement = $5::text and not s.undated and not s.partner and s.occurred_at >= $3 and s.occurred_at < $4))::bigint as v0, (count(*) filter (where s.agreement = $6::text and not s.undated and not s.partner and s.occurred_at >= $3 and s.occurred_at < $4))::bigint as v1, (count(*) filter (where s.agreement = $7::text and not s.undated and not s.partner and s.occurred_at >= $3 and s.occurred_at < $4))::bigint as v2, (count(*) filter (where s.entered = $8::text and not s.undated and s.occurred_at >= $3 and s.occurred_at < $4))::bigint as v3, (count(*) filter (where s.entered = $9::text and not s.undated and s.occurred_at >= $3 and s.occurred_at < $4))::bigint as v4, (count(*) filter (where s.entered = $10::text and not s.undated and s.occurred_at >= $3 and s.occurred_at < $4))::bigint as v5, (count(*) filter (where s.entered = $11::text and not s.undated and not s.partner and s.occurred_at >= $3 and s.occurred_at < $4))::bigint as v6, (count(*) filter (where s.kind = $8::text and s.qualified and s.unrated and s.occurred_at < $4 and (s.ended_at is null or s.ended_at >= $4)))::bigint as v7, (coalesce(sum(s.value_minor) filter (where s.kind = $8::text and s.qualified and not s.unrated and s.value_minor > $12::bigint and s.occurred_at < $4 and (s.ended_at is null or s.ended_at >= $4)), 0))::bigint as v8, (count(*) filter (where s.step = $13::text and not s.partner and s.occurred_at < $4 and (s.ended_at is null or s.ended_at >= $4)))::bigint as v9
    from unnest($2::uuid[]) as o (owner_id) left join (select * from pipeline_events where tenant_id = $1 and known_to is null and owner_id = any($2)) s on s.owner_id = o.owner_id
    where $3::timestamptz is not null group by o.owner_id
