-- $1: tenant
-- $2: owners
-- $3: from
-- $4: to
-- $5: known at
-- $6: the constant 'made'
-- $7: the constant 'restored'
-- $8: the constant 'reversed'
-- $9: the constant 'deal'
-- $10: the constant 'lost'
-- $11: the constant 'won'
-- $12: the constant 'lead'
-- $13: the constant '0'
-- $14: the constant 'proposal'
select o.owner_id, (count(*) filter (where s.agreement = $6::text and not s.undated and not s.partner and s.occurred_at >= $3 and s.occurred_at < $4))::bigint as v0, (count(*) filter (where s.agreement = $7::text and not s.undated and not s.partner and s.occurred_at >= $3 and s.occurred_at < $4))::bigint as v1, (count(*) filter (where s.agreement = $8::text and not s.undated and not s.partner and s.occurred_at >= $3 and s.occurred_at < $4))::bigint as v2, (count(*) filter (where s.entered = $9::text and not s.undated and s.occurred_at >= $3 and s.occurred_at < $4))::bigint as v3, (count(*) filter (where s.entered = $10::text and not s.undated and s.occurred_at >= $3 and s.occurred_at < $4))::bigint as v4, (count(*) filter (where s.entered = $11::text and not s.undated and s.occurred_at >= $3 and s.occurred_at < $4))::bigint as v5, (count(*) filter (where s.entered = $12::text and not s.undated and not s.partner and s.occurred_at >= $3 and s.occurred_at < $4))::bigint as v6, (count(*) filter (where s.kind = $9::text and s.qualified and s.unrated and s.occurred_at < $4 and (s.ended_at is null or s.ended_at >= $4)))::bigint as v7, (coalesce(sum(s.value_minor) filter (where s.kind = $9::text and s.qualified and not s.unrated and s.value_minor > $13::bigint and s.occurred_at < $4 and (s.ended_at is null or s.ended_at >= $4)), 0))::bigint as v8, (count(*) filter (where s.step = $14::text and not s.partner and s.occurred_at < $4 and (s.ended_at is null or s.ended_at >= $4)))::bigint as v9
    from unnest($2::uuid[]) as o (owner_id) left join (select k.owner_id, k.item_id, k.kind, k.qualified, k.value_minor, k.unrated, k.undated, k.occurred_at, k.expected_close_on, k.currency,
        lead(k.occurred_at) over item as ended_at,
        case when k.kind in ('won', 'lost') and lag(k.kind) over item is distinct from k.kind then k.kind
             when k.kind in ('lead', 'deal') and row_number() over (partition by k.item_id, k.kind order by k.occurred_at, k.sequence) = 1 then k.kind end as entered,
        k.step, k.partner, case when coalesce(k.step in ('agreement', 'list'), false) and count(*) filter (where coalesce(k.step in ('agreement', 'list'), false)) over item = 1 then 'made' when count(*) filter (where coalesce(k.step in ('agreement', 'list'), false)) over item > 0 and coalesce(lag((coalesce(k.step in ('agreement', 'list'), false) or k.kind = 'won')) over item, false) and not (coalesce(k.step in ('agreement', 'list'), false) or k.kind = 'won') then 'reversed'
             when count(*) filter (where coalesce(k.step in ('agreement', 'list'), false)) over item > 0 and not coalesce(lag((coalesce(k.step in ('agreement', 'list'), false) or k.kind = 'won')) over item, false) and (coalesce(k.step in ('agreement', 'list'), false) or k.kind = 'won') then 'restored' end as agreement
      from pipeline_events k where tenant_id = $1 and known_at <= $5 and (known_to is null or known_to > $5) and k.occurred_at < $4
      window item as (partition by k.item_id order by k.occurred_at, k.sequence)) s on s.owner_id = o.owner_id
    where $3::timestamptz is not null group by o.owner_id
