import type { OwnMetricCondition, OwnMetricDefinitionView, OwnMetricMeasure, OwnMetricSource } from '@waymark/contracts';

export type Values = Omit<OwnMetricDefinitionView, 'per'> & { per: OwnMetricMeasure };

/** Rows of a source by its first date, without conditions. */
export function measureOf(source: OwnMetricSource | undefined): OwnMetricMeasure {
  return { source: source?.key ?? '', date: source?.dates[0]?.key ?? '', where: [], aggregate: 'count', column: null };
}

export function valuesOf(definition: OwnMetricDefinitionView | null, sources: OwnMetricSource[]): Values {
  const measure = measureOf(sources.find(({ key }) => key === 'activities') ?? sources[0]);
  if (definition) return { ...definition, per: definition.per ?? measure };
  return { label: '', description: '', unit: 'count', direction: 'up', kind: 'measure', of: measure, per: measure };
}

/** A condition on the column's first comparison. */
export function conditionOf(source: OwnMetricSource, key?: string): OwnMetricCondition {
  const column = source.columns.find((one) => one.key === key) ?? source.columns[0];
  return { column: column?.key ?? '', op: column?.operators[0] ?? '', values: [] };
}

/** How many values a comparison has; null: any number. */
export function placesOf(op: string): number | null {
  if (op === 'one_of' || op === 'none_of') return null;
  if (op === 'between') return 2;
  return ['missing', 'present', 'yes', 'no'].includes(op) ? 0 : 1;
}

/** What is sent: parts that the kind does not have are left out, and the unit of plain measures is that of what they add. */
export function definitionOf(values: Values, sources: OwnMetricSource[]): OwnMetricDefinitionView {
  const of = cleaned(values.kind === 'average' ? { ...values.of, aggregate: 'sum' } : values.of);
  const unit = values.kind === 'ratio' ? values.unit : ((unitOf(of, sources) ?? 'count') as Values['unit']);
  return { ...values, unit, of, per: values.kind === 'ratio' ? cleaned(values.per) : null };
}

function cleaned(measure: OwnMetricMeasure): OwnMetricMeasure {
  const where = measure.where.map((condition) => {
    const places = placesOf(condition.op);
    return { ...condition, values: places === null ? condition.values : condition.values.slice(0, places) };
  });
  return { ...measure, where, column: measure.aggregate === 'sum' ? measure.column : null };
}

function unitOf(measure: OwnMetricMeasure, sources: OwnMetricSource[]): string | null {
  return sources.find(({ key }) => key === measure.source)?.columns.find(({ key }) => key === measure.column)?.unit ?? null;
}
