import { DomainError, isDay, parseDecimal, restrictionKinds, type FieldError, type RestrictionKind } from '@waymark/kernel';
import { type MetricLookup, metrics } from '@waymark/metrics';
import { calendarModes, joins, type Condition, type GateStep, type PolicyDefinition, type Settle, type StepDeadline } from './definition.js';
import { addsUp, choicesOf, type ParamField } from './gate-type.js';
import { gateTypes } from './registry.js';

const limits = { steps: 6, conditions: 4, name: 120, hours: 720, workingDays: 30, graceDays: 60, daysInRole: 365 };

/** Collects what is wrong, field by field, and goes on. */
class Problems {
  readonly list: FieldError[] = [];

  constructor(readonly metrics: MetricLookup) {}

  add(field: string, code: string, message: string): void {
    this.list.push({ field, code, message: `${field} ${message}` });
  }

  /** The object's fields; anything else than an object, and unknown fields, are problems. */
  object(value: unknown, field: string, known: readonly string[]): Record<string, unknown> | null {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      this.add(field, 'object', 'must be an object');
      return null;
    }
    for (const key of Object.keys(value)) if (!known.includes(key)) this.add(`${field}.${key}`, 'unknown_field', 'is not a field of a policy');
    return value as Record<string, unknown>;
  }

  integer(value: unknown, field: string, min: number, max: number, otherwise?: number): number {
    if (value === undefined && otherwise !== undefined) return otherwise;
    if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return value;
    this.add(field, 'integer', `must be a whole number from ${min} to ${max}`);
    return min;
  }

  word<T extends string>(value: unknown, field: string, words: readonly T[], otherwise?: T): T {
    if (value === undefined && otherwise !== undefined) return otherwise;
    const known = words.find((word) => word === value);
    if (known === undefined) this.add(field, 'one_of', `must be one of ${words.join(', ')}`);
    return known ?? (words[0] as T);
  }

  items(value: unknown, field: string, min: number, max: number): unknown[] {
    if (Array.isArray(value) && value.length >= min && value.length <= max) return value;
    this.add(field, 'items', `must be a list of ${min} to ${max} items`);
    return [];
  }
}

/** The definition with every default written out; it may name the metrics that are given. Throws `invalid` with one entry per wrong field, all together (PLAT-08). */
export function parseDefinition(input: unknown, known: MetricLookup = metrics): PolicyDefinition {
  const problems = new Problems(known);
  const fields = problems.object(input, 'definition', ['goalMetric', 'mode', 'minDaysInRole', 'acceptedPercent', 'steps']) ?? {};
  const additive = [...known.values()].filter(addsUp).map((metric) => metric.key);
  const goalMetric = problems.word(fields['goalMetric'], 'definition.goalMetric', additive, 'revenue');
  const definition: PolicyDefinition = {
    goalMetric,
    mode: problems.word(fields['mode'], 'definition.mode', calendarModes, 'working'),
    minDaysInRole: problems.integer(fields['minDaysInRole'], 'definition.minDaysInRole', 0, limits.daysInRole, 30),
    acceptedPercent: problems.integer(fields['acceptedPercent'], 'definition.acceptedPercent', 0, 100, 20),
    steps: problems
      .items(fields['steps'], 'definition.steps', 1, limits.steps)
      .map((step, n) => parseStep(problems, step, `definition.steps.${n}`, goalMetric)),
  };
  if (problems.list.length === 0) checkOrder(problems, definition.steps);
  if (problems.list.length === 0) return definition;
  const names = [...new Set(problems.list.map((problem) => problem.field))];
  throw new DomainError('invalid', `Check ${names.length === 1 ? 'the field' : 'the fields'} ${names.join(', ')}.`, { fields: problems.list });
}

function parseStep(problems: Problems, input: unknown, field: string, goalMetric: string): GateStep {
  const fields = problems.object(input, field, ['name', 'at', 'settle', 'join', 'conditions', 'consequences', 'graceDays']) ?? {};
  return {
    name: parseName(problems, fields['name'], `${field}.name`),
    at: parseDeadline(problems, fields['at'], `${field}.at`),
    settle: parseSettle(problems, fields['settle'], `${field}.settle`),
    join: problems.word(fields['join'], `${field}.join`, joins, 'all'),
    conditions: problems
      .items(fields['conditions'], `${field}.conditions`, 1, limits.conditions)
      .map((condition, n) => parseCondition(problems, condition, `${field}.conditions.${n}`, goalMetric)),
    consequences: parseConsequences(problems, fields['consequences'], `${field}.consequences`),
    graceDays: problems.integer(fields['graceDays'], `${field}.graceDays`, 0, limits.graceDays, 0),
  };
}

function parseName(problems: Problems, value: unknown, field: string): string {
  const name = typeof value === 'string' ? value.trim() : '';
  if (name === '' || name.length > limits.name || !name.isWellFormed()) problems.add(field, 'text', `must be text of 1 to ${limits.name} characters`);
  return name;
}

function parseDeadline(problems: Problems, value: unknown, field: string): StepDeadline {
  const fields = problems.object(value, field, ['sharePercent', 'date']);
  if (fields === null) return { sharePercent: 100 };
  if ('date' in fields === 'sharePercent' in fields) problems.add(field, 'one_of', 'must say either sharePercent or date');
  if ('date' in fields) {
    const date = fields['date'];
    if (typeof date === 'string' && isDay(date)) return { date };
    problems.add(`${field}.date`, 'real_day', 'must be a day that exists, written YYYY-MM-DD');
    return { sharePercent: 100 };
  }
  const share = fields['sharePercent'];
  const hundredths = typeof share === 'number' ? share * 100 : Number.NaN;
  if (!(hundredths >= 1 && hundredths <= 10_000 && Math.abs(hundredths - Math.round(hundredths)) < 1e-6))
    problems.add(`${field}.sharePercent`, 'range', 'must be a number above 0 and up to 100, with at most two places');
  return { sharePercent: Math.round(hundredths) / 100 };
}

function parseSettle(problems: Problems, value: unknown, field: string): Settle {
  if (value === undefined) return { hours: 4 };
  const fields = problems.object(value, field, ['hours', 'workingDays']);
  if (fields === null) return { hours: 4 };
  if ('hours' in fields === 'workingDays' in fields) problems.add(field, 'one_of', 'must say either hours or workingDays');
  return 'workingDays' in fields
    ? { workingDays: problems.integer(fields['workingDays'], `${field}.workingDays`, 0, limits.workingDays) }
    : { hours: problems.integer(fields['hours'], `${field}.hours`, 0, limits.hours) };
}

function parseConsequences(problems: Problems, value: unknown, field: string): RestrictionKind[] {
  const kinds = problems
    .items(value ?? [], field, 0, restrictionKinds.length)
    .map((kind, n) => problems.word(kind, `${field}.${n}`, restrictionKinds));
  if (new Set(kinds).size !== kinds.length) problems.add(field, 'unique', 'must not name a consequence twice');
  return kinds;
}

function parseCondition(problems: Problems, input: unknown, field: string, goalMetric: string): Condition {
  const fields = problems.object(input, field, ['type', 'params']) ?? {};
  const type = gateTypes.get(String(fields['type']));
  if (!type) {
    problems.word(fields['type'], `${field}.type`, [...gateTypes.keys()]);
    return { type: '', params: {} };
  }
  const given =
    problems.object(
      fields['params'] ?? {},
      `${field}.params`,
      type.fields.map((one) => one.key),
    ) ?? {};
  if (type.key === 'pipeline_coverage' && problems.metrics.get(goalMetric)?.unit !== 'money')
    problems.add(`${field}.type`, 'unit', 'compares money, so the goals of the policy must be about money');
  const params = type.fields.map((one) => [one.key, parseParam(problems, one, given[one.key], `${field}.params.${one.key}`)]);
  return { type: type.key, params: Object.fromEntries(params) };
}

function parseParam(problems: Problems, spec: ParamField, value: unknown, field: string): string | null {
  if (value === undefined || value === null || value === '') {
    if (spec.default !== null) return spec.default;
    if (!spec.optional) problems.add(field, 'required', 'must be given');
    return null;
  }
  const text = typeof value === 'number' && Number.isFinite(value) ? String(value) : value;
  if (typeof text !== 'string') {
    problems.add(field, spec.kind, 'must be text or a number');
    return null;
  }
  if (spec.kind === 'choice')
    return problems.word(
      text,
      field,
      (spec.ofMetrics ? choicesOf(problems.metrics.values()) : (spec.choices ?? [])).map((choice) => choice.value),
    );
  return parseNumber(problems, spec, text, field);
}

function parseNumber(problems: Problems, spec: ParamField, text: string, field: string): string {
  const places = spec.kind === 'integer' ? 0 : (spec.places ?? 2);
  const say = () =>
    problems.add(
      field,
      spec.kind,
      `must be a ${places === 0 ? 'whole number' : `number with at most ${places} places`} from ${spec.min} to ${spec.max}`,
    );
  try {
    const steps = parseDecimal(text, places);
    if (steps < parseDecimal(spec.min ?? '0', places) || steps > parseDecimal(spec.max ?? text, places)) say();
  } catch {
    say();
  }
  return text;
}

/** Steps come in the order of their shares, so that gate 1 is due before gate 2. Dates are compared when the period is known. */
function checkOrder(problems: Problems, steps: readonly GateStep[]): void {
  steps.forEach((step, n) => {
    const before = steps[n - 1]?.at;
    if (!before) return;
    const backwards =
      ('sharePercent' in before && 'sharePercent' in step.at && step.at.sharePercent < before.sharePercent) ||
      ('date' in before && 'date' in step.at && step.at.date < before.date);
    if (backwards) problems.add(`definition.steps.${n}.at`, 'order', 'must not lie before the deadline of the step before');
  });
}
