import type { Window } from '@waymark/kernel';
import type { Statement } from '../algebra/compile.js';
import type { Fact } from '../algebra/interpret.js';
import type { Member, WindowBeside, WindowMeasure, WindowReceipt } from '../algebra/window-measure.js';
import { windowTables } from '../algebra/window-measure.js';
import type { Candidate } from './candidate.js';
import type { CandidateParameters } from './compile-candidates.js';

/** The candidates of one part, with the columns of `compileCandidates`. */
export function compileWindowCandidates(measure: WindowMeasure, part: string, parameters: CandidateParameters): Statement {
  const receipt = receiptOf(measure);
  const { sum, is } = receipt.parts[part] ?? {};
  const { text, constants } = windowTables(measure, parameters.known, parameters.given);
  const reason = is
    ? `coalesce(c.reason, case when c.${is.column} is distinct from '${is.word}' then '${is.column}_' || c.${is.column} end)`
    : 'c.reason';
  return {
    text: `${text},
    ${receipt.sql}
    select c.thing, c.version, c.link, c.owner_id, c.at, ${sum ? `c.${sum}::bigint` : '1::bigint'} as amount, ${reason} as reason, ${receipt.ofItems ? 'c.link' : 'null::uuid'} as item_id, c.company_id, c.word
    from candidate c`,
    constants,
  };
}

/** The candidates of one part by the plain reading. Facts are those that happened before the end of the window. */
export function windowCandidatesOf(
  measure: WindowMeasure,
  part: string,
  given: { facts: readonly Fact[]; members: readonly Member[]; window: Window; beside: WindowBeside },
): Candidate[] {
  const receipt = receiptOf(measure);
  const { sum, is } = receipt.parts[part] ?? {};
  return receipt.interpret(given.facts, given.members, given.window, given.beside).map(({ ownerId, at, reason, columns }) => ({
    ownerId,
    at,
    amount: sum ? (columns[sum] as bigint) : 1n,
    reason: reason ?? (is && columns[is.column] !== is.word ? `${is.column}_${String(columns[is.column])}` : null),
  }));
}

function receiptOf(measure: WindowMeasure): WindowReceipt {
  if (!measure.receipt) throw new Error(`window measure ${measure.key} does not say what it looks at`);
  return measure.receipt;
}
