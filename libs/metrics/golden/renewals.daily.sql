-- $1: tenant
-- $2: owners
-- $3: days
-- $4: from of each day
-- $5: to of each day
-- $6: the constant 'lost'
-- $7: the constant 'renewed'
-- $8: the constant 'renewals_due'
-- $9: the constant 'renewals_lost'
-- $10: the constant 'renewals_renewed'
select d.owner_id, d.on_day, m.measure, m.sum, m.count
    from unnest($2::uuid[], $3::date[], $4::timestamptz[], $5::timestamptz[]) as d (owner_id, on_day, from_at, to_at)
    cross join lateral (select (count(*) filter (where s.arm = 0))::bigint as sum_0, (count(*) filter (where s.arm = 0))::int as count_0,
        (count(*) filter (where s.outcome = $6::text and s.arm = 0))::bigint as sum_1, (count(*) filter (where s.outcome = $6::text and s.arm = 0))::int as count_1,
        (count(*) filter (where s.outcome = $7::text and s.arm = 0))::bigint as sum_2, (count(*) filter (where s.outcome = $7::text and s.arm = 0))::int as count_2
      from (select 0 as arm, outcome from renewals where tenant_id = $1 and known_to is null and owner_id = d.owner_id and due_at >= d.from_at and due_at < d.to_at) s) v
    cross join lateral (values ($8::text, v.sum_0, v.count_0), ($9::text, v.sum_1, v.count_1), ($10::text, v.sum_2, v.count_2)) as m (measure, sum, count)
