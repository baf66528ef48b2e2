-- $1: tenant
-- $2: owners
-- $3: days
-- $4: from of each day
-- $5: to of each day
-- $6: the constant '0'
-- $7: the constant 'lists_overdue'
-- $8: the constant 'lists_sent'
-- $9: the constant 'lists_sized'
-- $10: the constant 'lists_without_due'
-- $11: the constant 'partners_listed'
select d.owner_id, d.on_day, m.measure, m.sum, m.count
    from unnest($2::uuid[], $3::date[], $4::timestamptz[], $5::timestamptz[]) as d (owner_id, on_day, from_at, to_at)
    cross join lateral (select (count(*) filter (where s.arm = 0) - count(*) filter (where s.late_at is not null and s.arm = 1))::bigint as sum_0, (count(*) filter (where s.arm = 0) - count(*) filter (where s.late_at is not null and s.arm = 1))::int as count_0,
        (count(*) filter (where s.arm = 2))::bigint as sum_1, (count(*) filter (where s.arm = 2))::int as count_1,
        (count(*) filter (where s.partners > $6::bigint and s.arm = 2))::bigint as sum_2, (count(*) filter (where s.partners > $6::bigint and s.arm = 2))::int as count_2,
        (count(*) filter (where not s.has_due and s.arm = 3) - count(*) filter (where not s.has_due and s.opened_at is not null and s.arm = 1))::bigint as sum_3, (count(*) filter (where not s.has_due and s.arm = 3) - count(*) filter (where not s.has_due and s.opened_at is not null and s.arm = 1))::int as count_3,
        (coalesce(sum(s.partners) filter (where s.partners > $6::bigint and s.arm = 2), 0))::bigint as sum_4, (count(*) filter (where s.partners > $6::bigint and s.arm = 2))::int as count_4
      from (select 0 as arm, late_at, partners, has_due, opened_at from partner_list_versions where tenant_id = $1 and known_to is null and owner_id = d.owner_id and late_at >= d.from_at and late_at < d.to_at
      union all
      select 1 as arm, late_at, partners, has_due, opened_at from partner_list_versions where tenant_id = $1 and known_to is null and owner_id = d.owner_id and ended_at >= d.from_at and ended_at < d.to_at
      union all
      select 2 as arm, late_at, partners, has_due, opened_at from partner_list_versions where tenant_id = $1 and known_to is null and owner_id = d.owner_id and sent_at >= d.from_at and sent_at < d.to_at
      union all
      select 3 as arm, late_at, partners, has_due, opened_at from partner_list_versions where tenant_id = $1 and known_to is null and owner_id = d.owner_id and opened_at >= d.from_at and opened_at < d.to_at) s) v
    cross join lateral (values ($7::text, v.sum_0, v.count_0), ($8::text, v.sum_1, v.count_1), ($9::text, v.sum_2, v.count_2), ($10::text, v.sum_3, v.count_3), ($11::text, v.sum_4, v.count_4)) as m (measure, sum, count)
