-- $1: tenant
-- $2: owners
-- $3: days
-- $4: from of each day
-- $5: to of each day
-- $6: the constant 'done'
-- $7: the constant 'tasks_completed'
select d.owner_id, d.on_day, m.measure, m.sum, m.count
    from unnest($2::uuid[], $3::date[], $4::timestamptz[], $5::timestamptz[]) as d (owner_id, on_day, from_at, to_at)
    cross join lateral (select (count(*) filter (where s.state = $6::text and s.arm = 0))::bigint as sum_0, (count(*) filter (where s.state = $6::text and s.arm = 0))::int as count_0
      from (select 0 as arm, state from tasks where tenant_id = $1 and known_to is null and owner_id = d.owner_id and done_at >= d.from_at and done_at < d.to_at) s) v
    cross join lateral (values ($7::text, v.sum_0, v.count_0)) as m (measure, sum, count)
