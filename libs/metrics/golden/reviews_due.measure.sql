-- $1: tenant
-- $2: scopes
-- $3: owners
-- $4: from of each member
-- $5: to of each member
-- $6: from
-- $7: to
-- $8: start of each day
-- $9: first day of each quarter
-- $10: day after it
-- $11: its from
-- $12: its last day
-- $13: its to
-- $14: the constant 'qbr'
-- $15: the constant 'completed'
with member as (select * from unnest($2::text[], $3::uuid[], $4::timestamptz[], $5::timestamptz[]) as m (scope, owner_id, from_at, to_at)),
    fact as (select id, company_id, owner_id, occurred_at, amount_minor from arr_movements where tenant_id = $1 and known_to is null and occurred_at < $7 and $6::timestamptz is not null),
    on_days as (select $8::timestamptz[] as starts),
    quarter as (select * from unnest($9::int[], $10::int[], $11::timestamptz[], $12::timestamptz[], $13::timestamptz[])
      as q (first_no, end_no, from_at, due_at, to_at)),
    other as (select id, owner_id, company_id, item_id, type, outcome, completed_at from activities where tenant_id = $1 and known_to is null and completed_at < $7 and type = $14 and outcome = $15),
    moved as (select f.company_id, width_bucket(f.occurred_at, d.starts) as day_no, sum(f.amount_minor) over later as arr,
        width_bucket(lead(f.occurred_at) over later, d.starts) as next_no
      from fact f cross join on_days d window later as (partition by f.company_id order by f.occurred_at, f.id)),
    active as (select m.company_id, q.from_at, q.due_at, q.to_at from moved m join quarter q on m.day_no < q.end_no and (m.next_no is null or m.next_no > q.first_no)
      where m.arr > 0 group by m.company_id, q.from_at, q.due_at, q.to_at
      having sum(least(m.next_no, q.end_no) - greatest(m.day_no, q.first_no)) >= 60),
    due as (select a.company_id, a.from_at, a.due_at, a.to_at, (array_agg(f.owner_id order by f.occurred_at desc, f.id desc))[1] as owner_id
      from active a join fact f on f.company_id = a.company_id and f.occurred_at < a.due_at group by a.company_id, a.from_at, a.due_at, a.to_at),
    held as (select distinct d.company_id, d.due_at from due d join other o on o.company_id = d.company_id and o.completed_at >= d.from_at and o.completed_at < d.to_at),
    counted as (select distinct m.scope, d.company_id, d.due_at, h.company_id is not null as held from due d
      left join held h on h.company_id = d.company_id and h.due_at = d.due_at
      join member m on m.owner_id = d.owner_id and (m.from_at is null or m.from_at <= d.due_at) and (m.to_at is null or m.to_at > d.due_at))
    select s.scope, (count(c.company_id))::bigint as due, (count(*) filter (where c.held))::bigint as held
    from (select distinct scope from member) s left join counted c on c.scope = s.scope group by s.scope
