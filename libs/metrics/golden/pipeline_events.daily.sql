-- $1: tenant
-- $2: owners
-- $3: days
-- $4: from of each day
-- $5: to of each day
-- $6: the constant 'deal'
-- $7: the constant 'lost'
-- $8: the constant 'won'
-- $9: the constant 'lead'
-- $10: the constant '0'
-- $11: the constant 'deals_created'
-- $12: the constant 'deals_lost'
-- $13: the constant 'deals_won'
-- $14: the constant 'leads_created'
-- $15: the constant 'open_qualified_value'
select d.owner_id, d.on_day, m.measure, m.sum, m.count
    from unnest($2::uuid[], $3::date[], $4::timestamptz[], $5::timestamptz[]) as d (owner_id, on_day, from_at, to_at)
    cross join lateral (select (count(*) filter (where s.entered = $6::text and not s.undated and s.occurred_at >= d.from_at and s.occurred_at < d.to_at))::bigint as sum_0, (count(*) filter (where s.entered = $6::text and not s.undated and s.occurred_at >= d.from_at and s.occurred_at < d.to_at))::int as count_0,
        (count(*) filter (where s.entered = $7::text and not s.undated and s.occurred_at >= d.from_at and s.occurred_at < d.to_at))::bigint as sum_1, (count(*) filter (where s.entered = $7::text and not s.undated and s.occurred_at >= d.from_at and s.occurred_at < d.to_at))::int as count_1,
        (count(*) filter (where s.entered = $8::text and not s.undated and s.occurred_at >= d.from_at and s.occurred_at < d.to_at))::bigint as sum_2, (count(*) filter (where s.entered = $8::text and not s.undated and s.occurred_at >= d.from_at and s.occurred_at < d.to_at))::int as count_2,
        (count(*) filter (where s.entered = $9::text and not s.undated and s.occurred_at >= d.from_at and s.occurred_at < d.to_at))::bigint as sum_3, (count(*) filter (where s.entered = $9::text and not s.undated and s.occurred_at >= d.from_at and s.occurred_at < d.to_at))::int as count_3,
        (coalesce(sum(s.value_minor) filter (where s.kind = $6::text and s.qualified and s.value_minor > $10::bigint and s.occurred_at >= d.from_at and s.occurred_at < d.to_at), 0) - coalesce(sum(s.value_minor) filter (where s.kind = $6::text and s.qualified and s.value_minor > $10::bigint and s.ended_at >= d.from_at and s.ended_at < d.to_at), 0))::bigint as sum_4, (count(*) filter (where s.kind = $6::text and s.qualified and s.value_minor > $10::bigint and s.occurred_at >= d.from_at and s.occurred_at < d.to_at) - count(*) filter (where s.kind = $6::text and s.qualified and s.value_minor > $10::bigint and s.ended_at >= d.from_at and s.ended_at < d.to_at))::int as count_4
      from (select occurred_at, ended_at, entered, undated, kind, qualified, value_minor from pipeline_events where tenant_id = $1 and known_to is null and owner_id = d.owner_id and occurred_at >= d.from_at and occurred_at < d.to_at
      union all
      select occurred_at, ended_at, entered, undated, kind, qualified, value_minor from pipeline_events where tenant_id = $1 and known_to is null and owner_id = d.owner_id and ended_at >= d.from_at and ended_at < d.to_at and (occurred_at >= d.from_at and occurred_at < d.to_at) is not true) s) v
    cross join lateral (values ($11::text, v.sum_0, v.count_0), ($12::text, v.sum_1, v.count_1), ($13::text, v.sum_2, v.count_2), ($14::text, v.sum_3, v.count_3), ($15::text, v.sum_4, v.count_4)) as m (measure, sum, count)
