import { parseDecimal, unitDecimals } from '@waymark/kernel';
import type { Condition } from '../algebra/measure.js';
import { type OwnCondition, ownLimits, type OwnOperator } from './definition.js';
import type { DefinitionProblems } from './problems.js';
import type { OwnColumn, OwnSource } from './schema.js';

const valuesOf: Record<OwnOperator, { min: number; max: number }> = {
  is: { min: 1, max: 1 },
  is_not: { min: 1, max: 1 },
  one_of: { min: 1, max: ownLimits.values },
  none_of: { min: 1, max: ownLimits.values },
  missing: { min: 0, max: 0 },
  present: { min: 0, max: 0 },
  above: { min: 1, max: 1 },
  below: { min: 1, max: 1 },
  between: { min: 2, max: 2 },
  yes: { min: 0, max: 0 },
  no: { min: 0, max: 0 },
};

/** Largest amount that a condition may name, in steps. */
const largest = 1_000_000_000_000_000n;

/** Reads one condition of a source; null when it is wrong, and `problems` says where. */
export function parseCondition(problems: DefinitionProblems, input: unknown, field: string, source: OwnSource): OwnCondition | null {
  const before = problems.list.length;
  const given = problems.object(input, field, ['column', 'op', 'values']);
  if (!given) return null;
  const column = source.columns.find((one) => one.key === given['column']);
  if (!column) {
    problems.add(`${field}.column`, 'unknown_column', `must be a column of ${source.label}: ${source.columns.map((one) => one.key).join(', ')}`);
    return null;
  }
  const op = problems.word(given['op'], `${field}.op`, column.operators);
  if (op === null) return null;
  const { min, max } = valuesOf[op];
  const values = problems
    .items(given['values'] ?? [], `${field}.values`, min, max)
    .map((value, n) => parseValue(problems, value, `${field}.values.${n}`, column));
  if (column.type === 'word' && new Set(values).size !== values.length) problems.add(`${field}.values`, 'unique', 'must not name a value twice');
  if (problems.list.length === before && op === 'between' && steps(column, values[0] as string) > steps(column, values[1] as string))
    problems.add(`${field}.values`, 'order', 'must name the smaller amount first');
  if (problems.list.length > before) return null;
  return { column: column.key, op, values };
}

function parseValue(problems: DefinitionProblems, value: unknown, field: string, column: OwnColumn): string {
  if (column.type === 'amount') return parseAmount(problems, value, field, column);
  const word = problems.text(value, field, 1, ownLimits.word);
  if (column.words && word !== '' && !column.words.includes(word))
    problems.add(field, 'unknown_word', `must be one of ${column.words.join(', ')}: ${column.label} holds nothing else`);
  return word;
}

function parseAmount(problems: DefinitionProblems, value: unknown, field: string, column: OwnColumn): string {
  const text = typeof value === 'string' ? value : '';
  try {
    const amount = steps(column, text);
    if (amount > largest || amount < -largest) problems.add(field, 'max', 'is too large');
  } catch {
    problems.add(
      field,
      'decimal',
      column.unit === 'money' ? 'must be an amount with at most two places, as text' : 'must be a whole number, as text',
    );
  }
  return text;
}

/** An amount as the column stores it. */
export function steps(column: OwnColumn, text: string): bigint {
  return parseDecimal(text, unitDecimals[column.unit ?? 'count']);
}

/** The condition as the algebra has it; `between` has both its ends. */
export function conditionsOf(condition: OwnCondition, source: OwnSource): Condition[] {
  const { column: key, op, values } = condition;
  const column = source.columns.find((one) => one.key === key);
  if (!column) throw new Error(`a stored metric names the column "${key}", which ${source.key} has not`);
  const [first = '', second = ''] = values;
  if (op === 'is') return [{ column: key, is: first }];
  if (op === 'is_not' || op === 'none_of') return values.map((word) => ({ column: key, isNot: word }));
  if (op === 'one_of') return [{ column: key, oneOf: values }];
  if (op === 'missing') return [{ column: key, is: null }];
  if (op === 'present') return [{ column: key, isNot: null }];
  if (op === 'yes' || op === 'no') return [{ column: key, is: op === 'yes' }];
  if (op === 'above') return [{ column: key, above: steps(column, first) }];
  if (op === 'below') return [{ column: key, below: steps(column, first) }];
  return [
    { column: key, above: steps(column, first) - 1n },
    { column: key, below: steps(column, second) + 1n },
  ];
}

/** The first condition that leaves nothing to those before it on the same column; null when rows can satisfy them all. */
export function contradictionIn(conditions: readonly OwnCondition[], source: OwnSource): number | null {
  const seen: Condition[] = [];
  for (const [n, condition] of conditions.entries()) {
    seen.push(...conditionsOf(condition, source).filter((one) => one.column === condition.column));
    const words = source.columns.find((column) => column.key === condition.column)?.words ?? null;
    if (
      isEmpty(
        seen.filter((one) => one.column === condition.column),
        words,
      )
    )
      return n;
  }
  return null;
}

/** Whether no value of one column satisfies all of these. */
function isEmpty(conditions: readonly Condition[], words: readonly string[] | null): boolean {
  const above = conditions.flatMap((one) => ('above' in one ? [one.above] : []));
  const below = conditions.flatMap((one) => ('below' in one ? [one.below] : []));
  if (above.length + below.length > 0) {
    const lowest = above.reduce((most, n) => (n > most ? n : most), -2n * largest);
    return below.some((limit) => limit - lowest < 2n);
  }
  const flags = new Set(conditions.flatMap((one) => ('is' in one && typeof one.is === 'boolean' ? [one.is] : [])));
  if (flags.size > 0) return flags.size > 1;
  const named = conditions.flatMap((one): (string | null)[] => ('oneOf' in one ? [...one.oneOf] : 'is' in one ? [one.is as string | null] : []));
  const candidates: (string | null)[] = named.length > 0 ? named : words ? [...words, null] : [];
  if (candidates.length === 0) return false;
  return !candidates.some((word) => conditions.every((one) => admits(one, word)));
}

function admits(condition: Condition, word: string | null): boolean {
  if ('is' in condition) return condition.is === word;
  if ('isNot' in condition) return condition.isNot !== word;
  return 'oneOf' in condition ? word !== null && condition.oneOf.includes(word) : true;
}
