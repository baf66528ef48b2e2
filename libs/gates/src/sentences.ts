import { displayValue, isNone, type Day, type Ratio, type RestrictionKind, type Unit, type Value } from '@waymark/kernel';
import type { MetricLookup } from '@waymark/metrics';
import type { GateStep, PolicyDefinition } from './definition.js';
import type { ConditionResult, Reading } from './gate-type.js';
import { gapOf, type Judgement } from './judge.js';
import { gateType } from './registry.js';

// Words for people: plain facts in the past tense. The person is never the subject of blame, and no gate "fails" anybody.

/** The parts of an evaluation that are spoken of. */
export interface Spoken {
  readonly measured: Value;
  readonly needed: Ratio;
  readonly unit: Unit;
  readonly currency: string;
}

/** A step of a policy as one sentence, from the same condition types that judge. */
export function stepSentence(
  step: GateStep,
  definition: Pick<PolicyDefinition, 'goalMetric' | 'mode'>,
  currency: string,
  metrics?: MetricLookup,
): string {
  const when =
    'date' in step.at
      ? `On ${step.at.date}`
      : `At ${step.at.sharePercent} % of the ${definition.mode === 'working' ? 'working days' : 'days'} of the period`;
  const needs = step.conditions
    .map((condition) => gateType(condition.type).describe(condition.params, definition.goalMetric, currency, metrics))
    .join(step.join === 'any' ? ' or ' : ' and ');
  return `${when}: ${needs}. If not: ${consequenceText(step.consequences)}.`;
}

const effects: Record<RestrictionKind, string> = {
  warning: 'a notice to the person and the manager',
  action_block: 'no new deals until it is met',
  commission_hold: 'a hold on commission not yet earned is proposed; a person decides',
  account_lock: 'a pause of the access is proposed; two people decide',
};

/** What follows from a missed gate, in words. */
export function consequenceText(kinds: readonly RestrictionKind[]): string {
  return kinds.length === 0 ? 'nothing, it is only shown' : kinds.map((kind) => effects[kind]).join('; ');
}

/** The verdict as one sentence. */
export function verdictSentence(judgement: Judgement, currency: string): string {
  const { decisive, outcome } = judgement;
  const measured = displayValue(decisive.measured, decisive.unit, currency);
  if (outcome === 'not_evaluable')
    return `${decisive.subject}: there was no number to judge by${decisive.note === 'no_target' ? ', because there was no target' : ''}.`;
  if (decisive.note === 'target_won') return `The target was already won; the pipeline was ${measured}.`;
  const needed = displayValue(decisive.needed, decisive.unit, currency);
  return `${decisive.subject} was ${measured}; the gate needed ${needed}.`;
}

/** Why a restriction stands: what was, and what the gate needs. `whose` is "your" or a name in the genitive; `day` is written as people write days. */
export function whySentence(
  result: Pick<ConditionResult, 'subject' | 'sentence' | 'measured' | 'needed' | 'unit'>,
  whose: string,
  day: string,
  currency: string,
): string {
  const subject = result.subject.charAt(0).toLowerCase() + result.subject.slice(1);
  const needed = displayValue(result.needed, result.unit, currency);
  const explained = explanationOf(result.sentence);
  return `On ${day} ${whose} ${subject} was ${displayValue(result.measured, result.unit, currency)}. This gate needs ${needed}${explained ? ` (${explained})` : ''}.`;
}

/** The part of a requirement in brackets: "3 x the $100,000 target". */
function explanationOf(sentence: string): string {
  return /\(([^()]*)\)$/.exec(sentence)?.[1] ?? '';
}

/** Where a gate stands now, in words: "$29,408 short". */
export function liveText(result: Pick<ConditionResult, 'holds' | 'measured' | 'needed' | 'unit' | 'note'>, currency: string): string {
  if (result.note === 'target_won') return 'Target already won';
  if (result.holds === null || isNone(result.measured)) return 'No number yet';
  const gap = gapOf(result);
  return gap === null ? 'Met' : `${displayValue(gap, result.unit, currency)} short`;
}

/** A day as people write it: "15 Aug 2017". */
export function dayText(day: Day): string {
  const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
  const [year, month, date] = day.split('-').map(Number);
  return `${date} ${months[(month ?? 1) - 1]} ${year}`;
}

/** What an open deal must be like to count, in the order in which it is asked (Q64). */
export function readingConditions(reading: Reading, period: { startsOn: string; endsOn: string }): string[] {
  if (reading.kind === 'metric') return [];
  const { expectedClose, staleDays } = reading;
  const inPeriod = `expected to close from ${dayText(period.startsOn)} to ${dayText(period.endsOn)}`;
  return [
    'open and qualified',
    'with an amount in the currency of the organisation',
    ...(expectedClose === 'any' ? [] : [expectedClose === 'in_period' ? inPeriod : `${inPeriod}, or without an expected close`]),
    ...(staleDays === null ? [] : [`changed within ${staleDays} days`]),
  ];
}

/** Why a row that was looked at does not count, in words. */
export function leftOutText(reason: string, stage: string | null): string {
  if (reason === 'not_qualified') return `stage ${stage ?? 'unknown'} does not count yet`;
  return leftOutTexts[reason] ?? reason.replaceAll('_', ' ');
}

const leftOutTexts: Record<string, string> = {
  lead: 'a lead is not a deal yet',
  no_amount: 'it has no amount',
  currency: 'it is in another currency',
  no_rate: 'its currency has no exchange rate',
  no_close_date: 'it has no expected close date',
  closes_elsewhere: 'it is expected to close outside of the period',
  stale: 'it has not changed for too long',
  no_date: 'the source has no date for it',
  conditions: 'the conditions of the metric leave it out',
  no_outcome: 'it has no outcome',
  no_show: 'nobody came',
  cancelled: 'it was cancelled',
  rescheduled: 'it was moved',
};

/** What the person can do, in one or two sentences. `ownDeals` is what the own unqualified deals would add, `toWin` what is left to the target. */
export function wayOutText(facts: {
  kind: RestrictionKind;
  open: boolean;
  subject: string;
  gap: string | null;
  curable: boolean;
  enough: boolean;
  ownDeals: string | null;
  toWin: string | null;
}): string {
  if (!facts.open) return 'There is nothing to do: this is closed.';
  if (!facts.curable) return 'The period is over, so nothing that is done now changes the figure. A person decides.';
  if (facts.gap === null) return 'There is nothing missing at present. The next check ends this.';
  const subject = facts.subject.charAt(0).toLowerCase() + facts.subject.slice(1);
  const need = `You need ${facts.gap} more: ${subject}. The check runs again within seconds of a change. Nobody has to approve it.`;
  if (facts.ownDeals === null || facts.enough) return need;
  const win = facts.toWin === null ? '' : ` Winning ${facts.toWin} more also meets the gate, because the target is won then.`;
  return `${need} Qualifying all your open deals adds ${facts.ownDeals}, which is not enough.${win} Creating leads stays open.`;
}

const titles: Record<RestrictionKind, { own: string; other: string; proposed: string }> = {
  warning: { own: 'A gate was missed. Nothing is blocked.', other: '{name} missed a gate. Nothing is blocked.', proposed: 'A warning is proposed' },
  action_block: {
    own: 'You cannot create new deals right now',
    other: '{name} cannot create new deals right now',
    proposed: 'A block on new deals is proposed',
  },
  commission_hold: {
    own: 'Commission not yet earned is on hold',
    other: "{name}'s commission not yet earned is on hold",
    proposed: 'A commission hold is proposed',
  },
  account_lock: { own: 'Your access is paused', other: "{name}'s access is paused", proposed: 'An account lock is proposed' },
};

const closedTitles: Record<string, string> = {
  ended: 'This measure has ended',
  lifted: 'This measure was lifted',
  dismissed: 'This proposal was dismissed',
  void: 'This proposal is void: nobody confirmed it in time',
};

/** Title of a restriction for its reader: to others it names the person. */
export function restrictionTitle(kind: RestrictionKind, state: string, name: string, own: boolean): string {
  const impersonal = closedTitles[state] ?? (state === 'proposed' ? titles[kind].proposed : null);
  if (impersonal) return own ? impersonal : `${name}: ${impersonal.charAt(0).toLowerCase()}${impersonal.slice(1)}`;
  return own ? titles[kind].own : titles[kind].other.replace('{name}', name);
}

/** What is withheld, and what goes on as before (GATE-09). */
export function effectsOf(kind: RestrictionKind, inForce: boolean): { blocked: string[]; stillWorks: string[] } {
  const work = ['Create leads', 'Edit, qualify and close your deals', 'Log calls and see every report'];
  if (!inForce || kind === 'warning') return { blocked: [], stillWorks: ['Everything'] };
  if (kind === 'commission_hold') return { blocked: ['Payment of commission that is not yet earned'], stillWorks: ['Create deals', ...work] };
  if (kind === 'account_lock')
    return { blocked: ['Create, edit and close deals', 'Change anything else'], stillWorks: ['Sign in', 'Read your own data', 'Read this page'] };
  return { blocked: ['Create a deal', 'Turn a lead into a deal', 'Re-open or duplicate a deal', 'Take over an open deal'], stillWorks: work };
}

/** What a confirmation does, in words, shown before the button. */
export function confirmationText(kind: RestrictionKind, name: string, until: string): string | null {
  if (kind === 'commission_hold')
    return `${name}'s commission that is not yet earned is held until ${until} at the latest. Nothing else changes for ${name}.`;
  if (kind === 'account_lock')
    return `${name} cannot change anything until ${until} at the latest, and can still sign in, read own data and this page. A second person must confirm it.`;
  return null;
}

/** Name of a missed gate in a notice. */
export function noticeSentence(
  gate: { name: string; blocking: boolean },
  person: string | null,
  judgement: Judgement,
  kinds: readonly RestrictionKind[],
  currency: string,
): string {
  const whose = person === null ? 'Your' : `${person}'s`;
  const effect = kinds.every((kind) => kind === 'warning') ? 'Nothing is blocked.' : `${capital(consequenceText(kinds))}.`;
  return `${whose} ${gate.name.toLowerCase()} was not met. ${verdictSentence(judgement, currency)} ${effect}`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
