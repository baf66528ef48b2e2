-- $1: tenant
-- $2: owners
-- $3: days
-- $4: from of each day
-- $5: to of each day
-- $6: the constant 'call'
-- $7: the constant 'completed'
-- $8: the constant 'calls_completed'
select d.owner_id, d.on_day, m.measure, m.sum, m.count
    from unnest($2::uuid[], $3::date[], $4::timestamptz[], $5::timestamptz[]) as d (owner_id, on_day, from_at, to_at)
    cross join lateral (select (count(*) filter (where s.type = $6::text and s.outcome = $7::text and s.completed_at >= d.from_at and s.completed_at < d.to_at))::bigint as sum_0, (count(*) filter (where s.type = $6::text and s.outcome = $7::text and s.completed_at >= d.from_at and s.completed_at < d.to_at))::int as count_0
      from (select completed_at, type, outcome from activities where tenant_id = $1 and known_to is null and owner_id = d.owner_id and completed_at >= d.from_at and completed_at < d.to_at) s) v
    cross join lateral (values ($8::text, v.sum_0, v.count_0)) as m (measure, sum, count)
