-- $1: tenant
-- $2: owners
-- $3: days
-- $4: from of each day
-- $5: to of each day
-- $6: the constant 'call'
-- $7: the constant 'completed'
-- $8: the constant 'rescheduled'
-- $9: the constant 'meeting'
-- $10: the constant 'call_appointments'
-- $11: the constant 'calls_completed'
-- $12: the constant 'calls_rescheduled'
-- $13: the constant 'calls_scheduled'
-- $14: the constant 'meetings_completed'
select d.owner_id, d.on_day, m.measure, m.sum, m.count
    from unnest($2::uuid[], $3::date[], $4::timestamptz[], $5::timestamptz[]) as d (owner_id, on_day, from_at, to_at)
    cross join lateral (select (count(*) filter (where s.type = $6::text and s.arm = 0))::bigint as sum_0, (count(*) filter (where s.type = $6::text and s.arm = 0))::int as count_0,
        (count(*) filter (where s.type = $6::text and s.outcome = $7::text and s.arm = 1))::bigint as sum_1, (count(*) filter (where s.type = $6::text and s.outcome = $7::text and s.arm = 1))::int as count_1,
        (count(*) filter (where s.type = $6::text and s.outcome = $8::text and s.arm = 0))::bigint as sum_2, (count(*) filter (where s.type = $6::text and s.outcome = $8::text and s.arm = 0))::int as count_2,
        (count(*) filter (where s.type = $6::text and s.outcome is null and s.arm = 0))::bigint as sum_3, (count(*) filter (where s.type = $6::text and s.outcome is null and s.arm = 0))::int as count_3,
        (count(*) filter (where s.type = $9::text and s.outcome = $7::text and s.arm = 1))::bigint as sum_4, (count(*) filter (where s.type = $9::text and s.outcome = $7::text and s.arm = 1))::int as count_4
      from (select 0 as arm, type, outcome from activities where tenant_id = $1 and known_to is null and owner_id = d.owner_id and scheduled_at >= d.from_at and scheduled_at < d.to_at
      union all
      select 1 as arm, type, outcome from activities where tenant_id = $1 and known_to is null and owner_id = d.owner_id and completed_at >= d.from_at and completed_at < d.to_at) s) v
    cross join lateral (values ($10::text, v.sum_0, v.count_0), ($11::text, v.sum_1, v.count_1), ($12::text, v.sum_2, v.count_2), ($13::text, v.sum_3, v.count_3), ($14::text, v.sum_4, v.count_4)) as m (measure, sum, count)
