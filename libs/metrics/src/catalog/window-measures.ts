import type { Fact } from '../algebra/interpret.js';
import { defineWindowMeasure, isMember } from '../algebra/window-measure.js';
import { fellToNothing, isLater, sumOf } from './facts-of-customers.js';
import { lastAnswersReceipt, revenueCohortReceipt } from './window-receipts.js';

/** The last answer of each contact in the window; it counts where its owner belonged when it was given (Q29). */
export const lastAnswers = defineWindowMeasure({
  key: 'last_answers',
  source: 'survey_responses',
  parts: ['answers', 'promoters', 'detractors'],
  sql: `last as (select distinct on (contact) contact, score, owner_id, answered_at from fact where answered_at >= $6 order by contact, answered_at desc, id desc),
    counted as (select distinct m.scope, l.contact, l.score from last l join member m on m.owner_id = l.owner_id
      and (m.from_at is null or m.from_at <= l.answered_at) and (m.to_at is null or m.to_at > l.answered_at))`,
  columns: {
    answers: 'count(c.contact)',
    promoters: 'count(*) filter (where c.score >= 9)',
    detractors: 'count(*) filter (where c.score <= 6)',
  },
  interpret: (facts, members, window) => {
    const last = new Map<unknown, Fact>();
    for (const fact of facts)
      if ((fact['answered_at'] as Date) >= window.from && isLater(fact, last.get(fact['contact']), 'answered_at')) last.set(fact['contact'], fact);
    const counted = [...last.values()].filter((fact) => isMember(members, fact.owner_id, fact['answered_at'] as Date));
    const scores = counted.map((fact) => fact['score'] as bigint);
    return {
      answers: BigInt(scores.length),
      promoters: BigInt(scores.filter((score) => score >= 9n).length),
      detractors: BigInt(scores.filter((score) => score <= 6n).length),
    };
  },
  receipt: lastAnswersReceipt,
});

/**
 * Customers whose recurring revenue at the beginning of the window was above 0, and what became of it (Q26, Q27). A customer belongs to the owner of
 * its last movement before that instant. What falls below 0 by wrong entries counts as 0; a customer that was lost and came back is kept, and told.
 */
export const revenueCohort = defineWindowMeasure({
  key: 'revenue_cohort',
  source: 'arr_movements',
  parts: ['customers', 'opening', 'closing', 'kept', 'lost', 'regained', 'known'],
  sql: `running as (select *, sum(amount_minor) over (partition by company_id order by occurred_at) as arr from fact),
    customer as (select company_id, (array_agg(owner_id order by occurred_at desc, id desc) filter (where occurred_at < $6))[1] as owner_id,
        coalesce(sum(amount_minor) filter (where occurred_at < $6), 0) as opening, greatest(sum(amount_minor), 0) as closing,
        coalesce(bool_or(arr <= 0) filter (where occurred_at >= $6), false) as went
      from running group by company_id),
    counted as (select distinct m.scope, u.company_id, u.opening, u.closing, u.went from customer u join member m on m.owner_id = u.owner_id
      and (m.from_at is null or m.from_at <= $6) and (m.to_at is null or m.to_at > $6) where u.opening > 0)`,
  columns: {
    customers: 'count(c.company_id)',
    opening: 'coalesce(sum(c.opening), 0)',
    closing: 'coalesce(sum(c.closing), 0)',
    kept: 'coalesce(sum(least(c.opening, c.closing)), 0)',
    lost: 'count(*) filter (where c.closing = 0)',
    regained: 'count(*) filter (where c.went and c.closing > 0)',
    known: '(select count(*) from fact)',
  },
  interpret: (facts, members, window) => {
    const total = { customers: 0n, opening: 0n, closing: 0n, kept: 0n, lost: 0n, regained: 0n, known: BigInt(facts.length) };
    for (const company of new Set(facts.map((fact) => fact['company_id']))) {
      const own = facts.filter((fact) => fact['company_id'] === company);
      const before = own.filter((fact) => (fact['occurred_at'] as Date) < window.from);
      const opening = sumOf(before);
      const owner = before.reduce<Fact | undefined>((last, fact) => (isLater(fact, last, 'occurred_at') ? fact : last), undefined)?.owner_id;
      if (opening <= 0n || owner === undefined || !isMember(members, owner, window.from)) continue;
      const closing = sumOf(own) > 0n ? sumOf(own) : 0n;
      total.customers += 1n;
      total.opening += opening;
      total.closing += closing;
      total.kept += closing < opening ? closing : opening;
      if (closing === 0n) total.lost += 1n;
      else if (own.some((fact) => fellToNothing(own, fact['occurred_at'] as Date, window.from))) total.regained += 1n;
    }
    return total;
  },
  receipt: revenueCohortReceipt,
});
