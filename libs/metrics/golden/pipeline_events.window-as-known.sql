-- $1: tenant
-- $2: owners
-- $3: from
-- $4: to
-- $5: known at
-- $6: the constant 'deal'
-- $7: the constant 'lost'
-- $8: the constant 'won'
-- $9: the constant 'lead'
-- $10: the constant '0'
select o.owner_id, (count(*) filter (where s.entered = $6::text and not s.undated and s.occurred_at >= $3 and s.occurred_at < $4))::bigint as v0, (count(*) filter (where s.entered = $7::text and not s.undated and s.occurred_at >= $3 and s.occurred_at < $4))::bigint as v1, (count(*) filter (where s.entered = $8::text and not s.undated and s.occurred_at >= $3 and s.occurred_at < $4))::bigint as v2, (count(*) filter (where s.entered = $9::text and not s.undated and s.occurred_at >= $3 and s.occurred_at < $4))::bigint as v3, (coalesce(sum(s.value_minor) filter (where s.kind = $6::text and s.qualified and s.value_minor > $10::bigint and s.occurred_at < $4 and (s.ended_at is null or s.ended_at >= $4)), 0))::bigint as v4
    from unnest($2::uuid[]) as o (owner_id) left join (select k.owner_id, k.item_id, k.kind, k.qualified, k.value_minor, k.undated, k.occurred_at, k.expected_close_on, k.currency,
        lead(k.occurred_at) over item as ended_at,
        case when k.kind in ('won', 'lost') and lag(k.kind) over item is distinct from k.kind then k.kind
             when k.kind in ('lead', 'deal') and row_number() over (partition by k.item_id, k.kind order by k.occurred_at, k.sequence) = 1 then k.kind end as entered
      from pipeline_events k where tenant_id = $1 and known_at <= $5 and (known_to is null or known_to > $5) and k.occurred_at < $4
      window item as (partition by k.item_id order by k.occurred_at, k.sequence)) s on s.owner_id = o.owner_id
    where $3::timestamptz is not null group by o.owner_id
