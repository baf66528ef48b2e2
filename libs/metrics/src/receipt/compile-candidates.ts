import { conditionSql, Constants, type Statement, timelineColumns } from '../algebra/compile.js';
import type { Condition, Measure } from '../algebra/measure.js';
import { sourceOf, type SourceName } from '../sources.js';
import { instantsToTouch, reasonOf } from './candidate.js';

/** Who a row of a source is over its versions, and what it is about. Expressions over `s`. */
interface Identity {
  /** The same for every version of a fact. */
  thing: string;
  /** Id under which the record is shown. */
  link: string;
  item?: string;
  company?: string;
  /** A word about the row. */
  word?: string;
}

const plain: Identity = { thing: 's.id::text', link: 's.id' };

const identities: Partial<Record<SourceName, Identity>> = {
  pipeline_events: {
    thing: `s.item_id || ':' || coalesce(s.external_key, s.sequence::text)`,
    link: 's.item_id',
    item: 's.item_id',
    company: 's.company_id',
    word: 's.kind',
  },
  sales: {
    thing: `coalesce(s.entry_id, s.id) || ':' || s.position`,
    link: 'coalesce(s.entry_id, s.id)',
    item: 's.item_id',
    company: 's.company_id',
  },
  activities: {
    thing: 'coalesce(s.entry_id, s.id)::text',
    link: 'coalesce(s.entry_id, s.id)',
    item: 's.item_id',
    company: 's.company_id',
    word: 's.type',
  },
  partner_list_versions: { thing: 's.list_id::text', link: 's.list_id', word: 's.name' },
  tasks: { ...plain, company: 's.company_id', word: 's.title' },
  renewals: { ...plain, company: 's.company_id', word: 's.outcome' },
};

/** Where the parameters of candidates stand. */
export interface CandidateParameters {
  /** The parameter with the instant of knowledge, `$8`; null: as the facts stand. */
  known: string | null;
  /** How many parameters there are before the constants. */
  given: number;
}

/** As the facts stand: $1 to $7. */
export const presentParameters: CandidateParameters = { known: null, given: 7 };
/** As known at $8. */
export const asKnownParameters: CandidateParameters = { known: '$8', given: 8 };

/** The members of the scope, from $2 scopes text[], $3 owners uuid[], $4 from and $5 to timestamptz[]: null is without end. */
export const memberTable = `member as (select * from unnest($2::text[], $3::uuid[], $4::timestamptz[], $5::timestamptz[]) as m (scope, owner_id, from_at, to_at))`;

/**
 * The candidates of a measure in one scope: a query whose columns are `thing` (the fact over its versions), `version` (the row), `link`, `owner_id`, `at`,
 * `amount`, `reason` (null: it counts), `item_id`, `company_id` and `word`. Parameters: $1 tenant, the members, $6 and $7 the half-open window.
 * With `everything` rows of others and of other times come too, with the reasons `other_owner` and `other_time`: what a comparison asks for.
 */
export function compileCandidates(measure: Measure, parameters: CandidateParameters, everything = false): Statement {
  const constants = new Constants(parameters.given);
  const identity = identities[measure.source] ?? plain;
  const standing = measure.tense === 'standing';
  const instants = instantsToTouch(measure).map((column) => `s.${column}`);
  const at = instants.length === 1 ? (instants[0] as string) : `coalesce(${instants.join(', ')})`;
  const belongs = `exists (select 1 from member m where m.owner_id = s.owner_id and ${standing ? atEnd : during(at)})`;
  const touches = standing
    ? `${at} < $7 and (s.${measure.until} is null or s.${measure.until} >= least($6::timestamptz, $7::timestamptz))`
    : `${at} >= $6 and ${at} < $7`;
  // Of an item one state stands at the instant; the others are no things of their own when two instants of knowledge are compared.
  const compared = standing ? `${at} < $7 and (s.${measure.until} is null or s.${measure.until} >= $7)` : 'true';
  const reasons = [
    ...(everything ? [`when not ${belongs} then 'other_owner'`, `when (${touches}) is not true then 'other_time'`] : []),
    ...(standing ? [`when s.${measure.until} < $7 then 'ended'`] : []),
    ...measure.where.map((condition) => `when (${conditionSql(condition, constants)}) is not true then ${reasonSql(measure.source, condition)}`),
    ...(standing ? [] : [`when s.${measure.at} is null then 'no_${measure.at}'`]),
  ];
  const reason = reasons.length === 0 ? 'null::text' : `case ${reasons.join(' ')} end`;
  const amount = measure.sum === undefined ? '1::bigint' : `coalesce(s.${measure.sum}, 0)::bigint`;
  const thing = standing && everything ? `${identity.link}::text` : identity.thing;
  return {
    text: `with ${memberTable}
    select ${thing} as thing, ${standing && everything ? 'null::text' : versionSql(measure.source)} as version, ${identity.link} as link, s.owner_id, ${at} as at, ${amount} as amount, ${reason} as reason,
      ${identity.item ?? 'null::uuid'} as item_id, ${identity.company ?? 'null::uuid'} as company_id, ${identity.word ?? 'null::text'} as word
    from (${knownRows(measure.source, parameters.known)}) s where ${everything ? compared : `s.owner_id = any($3::uuid[]) and ${touches} and ${belongs}`}`,
    constants: constants.values,
  };
}

const during = (at: string) => `(m.from_at is null or m.from_at <= ${at}) and (m.to_at is null or m.to_at > ${at})`;
const atEnd = '(m.from_at is null or m.from_at < $7) and (m.to_at is null or m.to_at >= $7)';

/** The row of a version; two of the same thing differ in it. */
function versionSql(source: SourceName): string {
  return source === 'renewals' || source === 'tasks' ? `s.id || ':' || s.version` : 's.id::text';
}

function reasonSql(source: SourceName, condition: Condition): string {
  const { column } = condition;
  const isWord = sourceOf(source).columns[column] === 'word';
  return isWord ? `'${column}_' || coalesce(s.${column}, 'none')` : `'${reasonOf(source, condition, null)}'`;
}

/** The rows that are known, with the columns that follow from the other versions of an item derived anew when they are those of a past instant. */
function knownRows(source: SourceName, known: string | null): string {
  const { table } = sourceOf(source);
  if (known === null) return `select * from ${table} where tenant_id = $1 and known_to is null`;
  const held = `tenant_id = $1 and known_at <= ${known} and (known_to is null or known_to > ${known})`;
  if (table !== 'pipeline_events') return `select * from ${table} where ${held}`;
  return `select k.id, k.external_key, k.sequence, k.company_id, ${timelineColumns()}
      from pipeline_events k where ${held} and k.occurred_at < $7
      window item as (partition by k.item_id order by k.occurred_at, k.sequence)`;
}
