-- $1: tenant
-- $2: scopes
-- $3: owners
-- $4: from of each member
-- $5: to of each member
-- $6: from
-- $7: to
-- $8: known at
with member as (select * from unnest($2::text[], $3::uuid[], $4::timestamptz[], $5::timestamptz[]) as m (scope, owner_id, from_at, to_at)),
    fact as (select id, company_id, owner_id, occurred_at, amount_minor from arr_movements where tenant_id = $1 and known_at <= $8 and (known_to is null or known_to > $8) and occurred_at < $7 and $6::timestamptz is not null),
    running as (select *, sum(amount_minor) over (partition by company_id order by occurred_at) as arr from fact),
    customer as (select company_id, (array_agg(owner_id order by occurred_at desc, id desc) filter (where occurred_at < $6))[1] as owner_id,
        coalesce(sum(amount_minor) filter (where occurred_at < $6), 0) as opening, greatest(sum(amount_minor), 0) as closing,
        coalesce(bool_or(arr <= 0) filter (where occurred_at >= $6), false) as went
      from running group by company_id),
    counted as (select distinct m.scope, u.company_id, u.opening, u.closing, u.went from customer u join member m on m.owner_id = u.owner_id
      and (m.from_at is null or m.from_at <= $6) and (m.to_at is null or m.to_at > $6) where u.opening > 0)
    select s.scope, (count(c.company_id))::bigint as customers, (coalesce(sum(c.opening), 0))::bigint as opening, (coalesce(sum(c.closing), 0))::bigint as closing, (coalesce(sum(least(c.opening, c.closing)), 0))::bigint as kept, (count(*) filter (where c.closing = 0))::bigint as lost, (count(*) filter (where c.went and c.closing > 0))::bigint as regained, ((select count(*) from fact))::bigint as known
    from (select distinct scope from member) s left join counted c on c.scope = s.scope group by s.scope
