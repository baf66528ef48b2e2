import { type Unit, units } from '@waymark/kernel';
import { contradictionIn, parseCondition } from './conditions.js';
import { ownKinds, ownLimits, type OwnMeasure, type OwnMetricDefinition } from './definition.js';
import { DefinitionProblems } from './problems.js';
import { ownSourceOf, ownSources } from './schema.js';

/** What follows from a definition and stays as it is while the metric is published. */
export interface OwnNature {
  /** The units that the numbers can have; a definition names one of them. */
  units: readonly Unit[];
  additive: boolean;
  tense: 'during' | 'standing';
}

/**
 * A definition checked against the sources (MET-04). Throws `invalid` with one entry per wrong field: an unknown source or column, a wrong type, too
 * many conditions, and what could only mean nothing: a sum of words, conditions that exclude each other, a ratio of a measure to itself, nothing
 * to divide by, a unit that does not follow, a ratio that is said to add up.
 */
export function parseOwnMetric(input: unknown): OwnMetricDefinition {
  const problems = new DefinitionProblems();
  const known = ['label', 'description', 'unit', 'direction', 'kind', 'of', 'per', 'additive'];
  const given = problems.object(input, 'definition', known) ?? {};
  const kind = problems.word(given['kind'], 'definition.kind', ownKinds) ?? 'measure';
  const ratio = kind === 'ratio';
  const definition: OwnMetricDefinition = {
    label: problems.text(given['label'], 'definition.label', 1, ownLimits.label),
    description: problems.text(given['description'] ?? '', 'definition.description', 0, ownLimits.description),
    unit: problems.word(given['unit'], 'definition.unit', units) ?? 'count',
    direction: problems.word(given['direction'] ?? 'up', 'definition.direction', ['up', 'down']) ?? 'up',
    kind,
    of: parseMeasure(problems, given['of'], 'definition.of'),
    per: ratio && isGiven(given['per']) ? parseMeasure(problems, given['per'], 'definition.per') : null,
  };
  if (ratio && !isGiven(given['per'])) problems.add('definition.per', 'required', 'must be given: without it there is nothing to divide by');
  if (!ratio && isGiven(given['per'])) problems.add('definition.per', 'not_used', 'is of ratios alone');
  if (problems.list.length === 0) checkMeaning(problems, definition, given['additive']);
  problems.throwIfAny();
  return definition;
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function parseMeasure(problems: DefinitionProblems, input: unknown, field: string): OwnMeasure {
  const nothing: OwnMeasure = { source: '', date: '', where: [], aggregate: 'count', column: null };
  const given = problems.object(input, field, ['source', 'date', 'where', 'aggregate', 'column']);
  if (!given) return nothing;
  const source = ownSourceOf(typeof given['source'] === 'string' ? given['source'] : '');
  if (!source) {
    problems.add(`${field}.source`, 'unknown_source', `must be one of ${ownSources.map((one) => one.key).join(', ')}`);
    return nothing;
  }
  const dates = source.dates.map((date) => date.key);
  const date = problems.word(given['date'], `${field}.date`, dates) ?? '';
  const aggregate = problems.word(given['aggregate'], `${field}.aggregate`, ['count', 'sum']) ?? 'count';
  const where = problems
    .items(given['where'] ?? [], `${field}.where`, 0, ownLimits.conditions)
    .flatMap((condition, n) => parseCondition(problems, condition, `${field}.where.${n}`, source) ?? []);
  const column = source.columns.find((one) => one.key === given['column']);
  if (aggregate === 'sum' && !column)
    problems.add(
      `${field}.column`,
      'unknown_column',
      `must be the column of ${source.label} that is added: ${amounts(source.key) || 'there is none'}`,
    );
  if (aggregate === 'sum' && column && column.type !== 'amount')
    problems.add(`${field}.column`, 'not_an_amount', `must be an amount: ${column.label} is a ${column.type}, and those cannot be added`);
  if (aggregate === 'count' && isGiven(given['column'])) problems.add(`${field}.column`, 'not_used', 'is of sums alone');
  const excluded = contradictionIn(where, source);
  if (excluded !== null)
    problems.add(`${field}.where.${excluded}`, 'contradiction', 'excludes what the conditions before it ask for: no row could ever count');
  return { source: source.key, date, where, aggregate, column: aggregate === 'sum' ? (column?.key ?? null) : null };
}

function amounts(source: string): string {
  return (ownSourceOf(source)?.columns ?? []).flatMap((column) => (column.type === 'amount' ? [column.key] : [])).join(', ');
}

function checkMeaning(problems: DefinitionProblems, definition: OwnMetricDefinition, additive: unknown): void {
  const { kind, of, per, unit } = definition;
  if (kind === 'average' && of.aggregate !== 'sum') problems.add('definition.of.aggregate', 'average', 'must be sum: an average is of amounts');
  if (per && canonical(of) === canonical(per)) problems.add('definition.per', 'same_measure', 'is the same measure: it would always be 100 %');
  if (per && tenseOf(of) !== tenseOf(per))
    problems.add('definition.per.date', 'tense', 'must be like the other one: what happens in a window cannot be divided by what stands at its end');
  if (problems.list.length > 0) return;
  const nature = ownNature(definition);
  if (nature.units.length === 0) problems.add('definition.per', 'unit', 'counts rows; a number of rows per amount of money has no unit');
  else if (!nature.units.includes(unit)) problems.add('definition.unit', 'unit', `must be ${nature.units.join(' or ')}: that is what comes out`);
  if (additive !== undefined && additive !== null && additive !== nature.additive)
    problems.add('definition.additive', 'additive', nature.additive ? 'must be true: it adds up' : 'must be false: ratios and averages never add up');
}

/** Equal for measures that mean the same, whatever the order of their conditions and words. */
function canonical(measure: OwnMeasure): string {
  const where = measure.where.map(({ column, op, values }) => JSON.stringify([column, op, op === 'between' ? values : [...values].sort()]));
  return JSON.stringify([measure.source, measure.date, measure.aggregate, measure.column, [...new Set(where)].sort()]);
}

/** Of a definition that was parsed. */
export function ownNature({ kind, of, per }: OwnMetricDefinition): OwnNature {
  const unit = unitOf(of);
  const tense = tenseOf(of);
  if (kind === 'measure') return { units: [unit], additive: true, tense };
  if (kind === 'average') return { units: [unit], additive: false, tense };
  const divisor = per ? unitOf(per) : 'count';
  const units: Unit[] = unit === divisor ? (unit === 'count' ? ['percent', 'count'] : ['percent']) : divisor === 'count' ? [unit] : [];
  return { units, additive: false, tense };
}

function unitOf(measure: OwnMeasure): Unit {
  return ownSourceOf(measure.source)?.columns.find((column) => column.key === measure.column)?.unit ?? 'count';
}

function tenseOf(measure: OwnMeasure): 'during' | 'standing' {
  const date = ownSourceOf(measure.source)?.dates.find((one) => one.key === measure.date);
  return date?.until ? 'standing' : 'during';
}
