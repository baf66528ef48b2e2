import type { Fact } from '../algebra/interpret.js';
import { isMember, type WindowReceipt } from '../algebra/window-measure.js';
import { fellToNothing, isLater, sumOf } from './facts-of-customers.js';

/** Candidates: the answers of the window whose owner belonged when they were given. Of a contact's answers the last one counts. */
export const lastAnswersReceipt: WindowReceipt<'answers' | 'promoters' | 'detractors'> = {
  sql: `placed as (select *, row_number() over (partition by contact order by answered_at desc, id desc) as place from fact where answered_at >= $6),
    candidate as (select p.id::text as thing, p.score || ' ' || p.answered_at || ' ' || p.contact as version, p.id as link, p.owner_id, p.answered_at as at, null::uuid as company_id,
        p.contact as word, case when p.place > 1 then 'superseded' end as reason,
        case when p.score >= 9 then 'promoter' when p.score <= 6 then 'detractor' else 'passive' end as stance
      from placed p where exists (select 1 from member m where m.owner_id = p.owner_id and (m.from_at is null or m.from_at <= p.answered_at) and (m.to_at is null or m.to_at > p.answered_at)))`,
  parts: { answers: {}, promoters: { is: { column: 'stance', word: 'promoter' } }, detractors: { is: { column: 'stance', word: 'detractor' } } },
  interpret: (facts, members, window) => {
    const inWindow = facts.filter((fact) => (fact['answered_at'] as Date) >= window.from);
    return inWindow.flatMap((fact) => {
      const at = fact['answered_at'] as Date;
      if (!isMember(members, fact.owner_id, at)) return [];
      const superseded = inWindow.some((other) => other['contact'] === fact['contact'] && other !== fact && isLater(other, fact, 'answered_at'));
      const score = fact['score'] as bigint;
      const stance = score >= 9n ? 'promoter' : score <= 6n ? 'detractor' : 'passive';
      return [{ ownerId: fact.owner_id, at, reason: superseded ? 'superseded' : null, columns: { stance } }];
    });
  },
};

/**
 * Candidates: the customers with a movement before the end of the window. One belongs to the owner of its last movement before the window, a new one to
 * that of its first movement in it, who must be a member at the beginning. Those without revenue at the beginning are left out.
 */
export const revenueCohortReceipt: WindowReceipt<'customers' | 'opening' | 'closing' | 'kept' | 'lost' | 'regained' | 'known'> = {
  sql: `newcomer as (select distinct on (company_id) company_id, owner_id from fact where occurred_at >= $6 order by company_id, occurred_at, id),
    placed as (select u.*, coalesce(u.owner_id, n.owner_id) as belongs_to from customer u left join newcomer n on n.company_id = u.company_id),
    candidate as (select p.company_id::text as thing, p.opening || ' ' || p.closing as version, p.company_id as link, p.belongs_to as owner_id, $6::timestamptz as at, p.company_id,
        null::text as word, case when p.owner_id is null then 'new_customer' when p.opening <= 0 then 'nothing_at_start' end as reason,
        p.opening, p.closing, least(p.opening, p.closing) as kept, case when p.closing = 0 then 'lost' when p.went then 'regained' else 'kept' end as fate
      from placed p where exists (select 1 from member m where m.owner_id = p.belongs_to and (m.from_at is null or m.from_at <= $6) and (m.to_at is null or m.to_at > $6)))`,
  parts: {
    customers: {},
    opening: { sum: 'opening' },
    closing: { sum: 'closing' },
    kept: { sum: 'kept' },
    lost: { is: { column: 'fate', word: 'lost' } },
    regained: { is: { column: 'fate', word: 'regained' } },
  },
  interpret: (facts, members, window) =>
    [...new Set(facts.map((fact) => fact['company_id']))].flatMap((company) => {
      const own = facts.filter((fact) => fact['company_id'] === company);
      const before = own.filter((fact) => (fact['occurred_at'] as Date) < window.from);
      const ownerId = (before.length > 0 ? lastOf(before) : firstOf(own)).owner_id;
      if (!isMember(members, ownerId, window.from)) return [];
      const opening = sumOf(before);
      const closing = sumOf(own) > 0n ? sumOf(own) : 0n;
      const went = own.some((fact) => fellToNothing(own, fact['occurred_at'] as Date, window.from));
      const fate = closing === 0n ? 'lost' : went ? 'regained' : 'kept';
      const reason = before.length === 0 ? 'new_customer' : opening <= 0n ? 'nothing_at_start' : null;
      return [{ ownerId, at: window.from, reason, columns: { opening, closing, kept: closing < opening ? closing : opening, fate } }];
    }),
};

function lastOf(facts: readonly Fact[]): Fact {
  return facts.reduce((last, fact) => (isLater(fact, last, 'occurred_at') ? fact : last));
}

function firstOf(facts: readonly Fact[]): Fact {
  return facts.reduce((first, fact) => (isLater(first, fact, 'occurred_at') ? fact : first));
}
