-- $1: tenant
-- $2: scopes
-- $3: owners
-- $4: from of each member
-- $5: to of each member
-- $6: from
-- $7: to
-- $8: known at
with member as (select * from unnest($2::text[], $3::uuid[], $4::timestamptz[], $5::timestamptz[]) as m (scope, owner_id, from_at, to_at)),
    fact as (select id, contact, score, owner_id, answered_at from survey_responses where tenant_id = $1 and known_at <= $8 and (known_to is null or known_to > $8) and answered_at < $7 and $6::timestamptz is not null),
    last as (select distinct on (contact) contact, score, owner_id, answered_at from fact where answered_at >= $6 order by contact, answered_at desc, id desc),
    counted as (select distinct m.scope, l.contact, l.score from last l join member m on m.owner_id = l.owner_id
      and (m.from_at is null or m.from_at <= l.answered_at) and (m.to_at is null or m.to_at > l.answered_at))
    select s.scope, (count(c.contact))::bigint as answers, (count(*) filter (where c.score >= 9))::bigint as promoters, (count(*) filter (where c.score <= 6))::bigint as detractors
    from (select distinct scope from member) s left join counted c on c.scope = s.scope group by s.scope
