import type { OwnCondition, OwnMeasure, OwnMetricDefinition } from './definition.js';
import { ownSourceOf } from './schema.js';

/** What a definition counts, in words, from the definition that computes: "Count of activities by completed, where type is call". */
export function ownSentence({ kind, of, per }: Pick<OwnMetricDefinition, 'kind' | 'of' | 'per'>): string {
  const text = measureText(of, kind === 'average' ? 'Average' : of.aggregate === 'sum' ? 'Sum' : 'Count');
  return per ? `${text}; divided by: ${lower(measureText(per, per.aggregate === 'sum' ? 'Sum' : 'Count'))}` : text;
}

function measureText(measure: OwnMeasure, what: string): string {
  const source = ownSourceOf(measure.source);
  const labelOf = (key: string) => lower(source?.columns.find((column) => column.key === key)?.label ?? key);
  const subject = lower(source?.label ?? measure.source);
  const thing = measure.column === null ? subject : `${labelOf(measure.column)} of ${subject}`;
  const date = lower(source?.dates.find((one) => one.key === measure.date)?.label ?? measure.date);
  const where = measure.where.map((condition) => conditionText(condition, labelOf(condition.column))).join(' and ');
  return `${what} of ${thing}, ${date}${where ? `, where ${where}` : ''}`;
}

function conditionText({ op, values }: OwnCondition, column: string): string {
  const [first = '', second = ''] = values.map((value) => value.replaceAll('_', ' '));
  const list = values.map((value) => value.replaceAll('_', ' ')).join(', ');
  const texts: Record<OwnCondition['op'], string> = {
    is: `is ${first}`,
    is_not: `is not ${first}`,
    one_of: `is one of ${list}`,
    none_of: `is none of ${list}`,
    missing: 'is missing',
    present: 'is there',
    above: `is above ${first}`,
    below: `is below ${first}`,
    between: `is from ${first} to ${second}`,
    yes: 'is yes',
    no: 'is no',
  };
  return `${column} ${texts[op]}`;
}

function lower(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
