-- $1: tenant
-- $2: owners
-- $3: days
-- $4: from of each day
-- $5: to of each day
-- $6: the constant 'made'
-- $7: the constant 'restored'
-- $8: the constant 'reversed'
-- $9: the constant 'deal'
-- $10: the constant 'lost'
-- $11: the constant 'won'
-- $12: the constant 'lead'
-- $13: the constant '0'
-- $14: the constant 'proposal'
-- $15: the constant 'agreements_made'
-- $16: the constant 'agreements_restored'
-- $17: the constant 'agreements_reversed'
-- $18: the constant 'deals_created'
-- $19: the constant 'deals_lost'
-- $20: the constant 'deals_won'
-- $21: the constant 'leads_created'
-- $22: the constant 'open_qualified_unrated'
-- $23: the constant 'open_qualified_value'
-- $24: the constant 'proposals_outstanding'
select d.owner_id, d.on_day, m.measure, m.sum, m.count
    from unnest($2::uuid[], $3::date[], $4::timestamptz[], $5::timestamptz[]) as d (owner_id, on_day, from_at, to_at)
    cross join lateral (select (count(*) filter (where s.agreement = $6::text and not s.undated and not s.partner and s.arm = 0))::bigint as sum_0, (count(*) filter (where s.agreement = $6::text and not s.undated and not s.partner and s.arm = 0))::int as count_0,
        (count(*) filter (where s.agreement = $7::text and not s.undated and not s.partner and s.arm = 0))::bigint as sum_1, (count(*) filter (where s.agreement = $7::text and not s.undated and not s.partner and s.arm = 0))::int as count_1,
        (count(*) filter (where s.agreement = $8::text and not s.undated and not s.partner and s.arm = 0))::bigint as sum_2, (count(*) filter (where s.agreement = $8::text and not s.undated and not s.partner and s.arm = 0))::int as count_2,
        (count(*) filter (where s.entered = $9::text and not s.undated and s.arm = 0))::bigint as sum_3, (count(*) filter (where s.entered = $9::text and not s.undated and s.arm = 0))::int as count_3,
        (count(*) filter (where s.entered = $10::text and not s.undated and s.arm = 0))::bigint as sum_4, (count(*) filter (where s.entered = $10::text and not s.undated and s.arm = 0))::int as count_4,
        (count(*) filter (where s.entered = $11::text and not s.undated and s.arm = 0))::bigint as sum_5, (count(*) filter (where s.entered = $11::text and not s.undated and s.arm = 0))::int as count_5,
        (count(*) filter (where s.entered = $12::text and not s.undated and not s.partner and s.arm = 0))::bigint as sum_6, (count(*) filter (where s.entered = $12::text and not s.undated and not s.partner and s.arm = 0))::int as count_6,
        (count(*) filter (where s.kind = $9::text and s.qualified and s.unrated and s.arm = 0) - count(*) filter (where s.kind = $9::text and s.qualified and s.unrated and s.occurred_at is not null and s.arm = 1))::bigint as sum_7, (count(*) filter (where s.kind = $9::text and s.qualified and s.unrated and s.arm = 0) - count(*) filter (where s.kind = $9::text and s.qualified and s.unrated and s.occurred_at is not null and s.arm = 1))::int as count_7,
        (coalesce(sum(s.value_minor) filter (where s.kind = $9::text and s.qualified and not s.unrated and s.value_minor > $13::bigint and s.arm = 0), 0) - coalesce(sum(s.value_minor) filter (where s.kind = $9::text and s.qualified and not s.unrated and s.value_minor > $13::bigint and s.occurred_at is not null and s.arm = 1), 0))::bigint as sum_8, (count(*) filter (where s.kind = $9::text and s.qualified and not s.unrated and s.value_minor > $13::bigint and s.arm = 0) - count(*) filter (where s.kind = $9::text and s.qualified and not s.unrated and s.value_minor > $13::bigint and s.occurred_at is not null and s.arm = 1))::int as count_8,
        (count(*) filter (where s.step = $14::text and not s.partner and s.arm = 0) - count(*) filter (where s.step = $14::text and not s.partner and s.occurred_at is not null and s.arm = 1))::bigint as sum_9, (count(*) filter (where s.step = $14::text and not s.partner and s.arm = 0) - count(*) filter (where s.step = $14::text and not s.partner and s.occurred_at is not null and s.arm = 1))::int as count_9
      from (select 0 as arm, agreement, undated, partner, entered, kind, qualified, unrated, occurred_at, value_minor, step from pipeline_events where tenant_id = $1 and known_to is null and owner_id = d.owner_id and occurred_at >= d.from_at and occurred_at < d.to_at
      union all
      select 1 as arm, agreement, undated, partner, entered, kind, qualified, unrated, occurred_at, value_minor, step from pipeline_events where tenant_id = $1 and known_to is null and owner_id = d.owner_id and ended_at >= d.from_at and ended_at < d.to_at) s) v
    cross join lateral (values ($15::text, v.sum_0, v.count_0), ($16::text, v.sum_1, v.count_1), ($17::text, v.sum_2, v.count_2), ($18::text, v.sum_3, v.count_3), ($19::text, v.sum_4, v.count_4), ($20::text, v.sum_5, v.count_5), ($21::text, v.sum_6, v.count_6), ($22::text, v.sum_7, v.count_7), ($23::text, v.sum_8, v.count_8), ($24::text, v.sum_9, v.count_9)) as m (measure, sum, count)
