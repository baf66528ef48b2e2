-- $1: tenant
-- $2: owners
-- $3: days
-- $4: from of each day
-- $5: to of each day
-- $6: the constant '2'
-- $7: the constant '-1'
-- $8: the constant 'sales_amount'
-- $9: the constant 'sales_count'
-- $10: the constant 'sales_from_lists'
-- $11: the constant 'sales_unrated'
select d.owner_id, d.on_day, m.measure, m.sum, m.count
    from unnest($2::uuid[], $3::date[], $4::timestamptz[], $5::timestamptz[]) as d (owner_id, on_day, from_at, to_at)
    cross join lateral (select (coalesce(sum(s.amount_minor) filter (where not s.unrated and s.arm = 0), 0))::bigint as sum_0, (count(*) filter (where not s.unrated and s.arm = 0))::int as count_0,
        (count(*) filter (where s.position < $6::bigint and s.amount_minor > $7::bigint and s.arm = 0))::bigint as sum_1, (count(*) filter (where s.position < $6::bigint and s.amount_minor > $7::bigint and s.arm = 0))::int as count_1,
        (count(*) filter (where s.position < $6::bigint and s.amount_minor > $7::bigint and s.from_list and s.arm = 0))::bigint as sum_2, (count(*) filter (where s.position < $6::bigint and s.amount_minor > $7::bigint and s.from_list and s.arm = 0))::int as count_2,
        (count(*) filter (where s.unrated and s.arm = 0))::bigint as sum_3, (count(*) filter (where s.unrated and s.arm = 0))::int as count_3
      from (select 0 as arm, unrated, amount_minor, position, from_list from sales where tenant_id = $1 and known_to is null and owner_id = d.owner_id and occurred_at >= d.from_at and occurred_at < d.to_at) s) v
    cross join lateral (values ($8::text, v.sum_0, v.count_0), ($9::text, v.sum_1, v.count_1), ($10::text, v.sum_2, v.count_2), ($11::text, v.sum_3, v.count_3)) as m (measure, sum, count)
