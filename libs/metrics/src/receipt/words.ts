import type { Condition } from '../algebra/measure.js';

const words: Readonly<Record<string, string>> = {
  ended: 'was followed by a later state before the end of the window',
  undated: 'has no date of its own',
  not_qualified: 'is not qualified',
  low_value_minor: 'has no value',
  unrated: 'has no exchange rate for its currency',
  not_unrated: 'has a rate',
  no_completed_at: 'was not completed',
  no_scheduled_at: 'had no appointment',
  kind_lead: 'is a lead, not a deal yet',
  kind_deal: 'is an open deal',
  kind_won: 'was won',
  kind_lost: 'was lost',
  kind_list_out: 'is a list that is out',
  entered_none: 'is a later change of something that had entered before',
  entered_lead: 'came in as a lead',
  entered_deal: 'became a deal',
  entered_won: 'was won',
  entered_lost: 'was lost',
  outcome_none: 'has no outcome yet',
  outcome_completed: 'took place',
  outcome_no_show: 'did not take place: nobody came',
  outcome_cancelled: 'was cancelled',
  outcome_rescheduled: 'was moved to another time',
  outcome_open: 'is not decided yet',
  outcome_renewed: 'was renewed',
  outcome_lost: 'was lost',
  type_call: 'is a call',
  type_meeting: 'is a meeting',
  type_email: 'is an e-mail',
  type_qbr: 'is a business review',
  superseded: 'the contact answered again later in the window',
  stance_promoter: 'is a promoter (9 or 10)',
  stance_passive: 'is neither promoter nor detractor (7 or 8)',
  stance_detractor: 'is a detractor (0 to 6)',
  new_customer: 'became a customer in the window',
  nothing_at_start: 'had no recurring revenue at the beginning',
  fate_kept: 'is still a customer',
  fate_lost: 'was lost',
  fate_regained: 'was lost and came back',
  few_days: 'was a customer on less than 60 days of the quarter',
  state_missing: 'no review was held in the quarter',
  partner: 'is a contact of a partner list, not a lead',
  step_none: 'has not come as far',
  step_proposal: 'has a proposal',
  step_agreement: 'has agreed',
  step_list: 'has given a list',
  agreement_none: 'changed nothing in an agreement',
  agreement_made: 'agreed for the first time',
  agreement_reversed: 'took the agreement back',
  agreement_restored: 'agreed again',
  high_position: 'is a further share of a sale that counts once',
  low_amount_minor: 'was paid back',
  not_from_list: 'came from no list',
  low_partners: 'is of unknown size',
  has_due: 'has a due day',
  no_sent_at: 'was not sent',
  role_began: 'began in the window',
  role_arrived: 'arrived in the window, whenever it began',
  fate_arrived: 'arrived in the window, whenever it began',
  fate_converted: 'has come further',
  fate_over: 'is over without coming further',
  fate_maturing: 'may still come further',
  rate_known: 'has a rate',
  new: 'was not known then',
  withdrawn: 'is no longer held to be true',
  other_owner: 'belongs to others',
  other_time: 'lies outside of the window',
  amount: 'has another amount',
  corrected: 'was corrected; the amount is the same',
};

/** What a reason says of a row, in words that follow its name. An unknown one is read out as it is written. */
export function reasonText(reason: string): string {
  return words[reason] ?? reason.replaceAll('_', ' ');
}

/** A condition as a reader understands it: "outcome is completed". */
export function conditionText(condition: Condition): string {
  const column = plain(condition.column);
  const word = (value: string | null) => (value === null ? 'missing' : plain(value));
  if ('oneOf' in condition) return `${column} is ${condition.oneOf.map(word).join(' or ')}`;
  if ('isNot' in condition) return `${column} is not ${word(condition.isNot)}`;
  if ('above' in condition) return `${column} above ${condition.above}`;
  if ('below' in condition) return `${column} below ${condition.below}`;
  if ('since' in condition) return `${column} from ${condition.since.toISOString()}`;
  if ('before' in condition) return `${column} before ${condition.before.toISOString()}`;
  if (typeof condition.is === 'boolean') return condition.is ? column : `not ${column}`;
  return `${column} is ${word(condition.is)}`;
}

/** The key of a measure or part as a label: "deals_won" is "Deals won". */
export function labelOf(key: string): string {
  const text = plain(ownLabel(key));
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** The part of an own metric without the room of its key and the number of its version: "own.calls@2.1.per" is "calls (divided by)". */
function ownLabel(key: string): string {
  const [, name, part] = /^own\.(\w+)@\d+\.\d+\.(\w+)$/.exec(key) ?? [];
  if (name === undefined) return key;
  return `${name}${part === 'per' ? ' (divided by)' : part?.startsWith('unrated') ? ' (without a rate)' : ''}`;
}

function plain(key: string): string {
  return key.replace(/_(minor|at)$/, '').replaceAll('_', ' ');
}
