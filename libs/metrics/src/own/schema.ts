import type { Unit } from '@waymark/kernel';
import { type ColumnType, sources, type SourceName } from '../sources.js';
import type { OwnOperator } from './definition.js';

/** A column that conditions and sums may mention. */
export interface OwnColumn {
  readonly key: string;
  readonly label: string;
  readonly type: Exclude<ColumnType, 'instant'>;
  /** Of amounts: what they are counted in. */
  readonly unit: Unit | null;
  /** The words that it can hold; null where any word may stand. */
  readonly words: readonly string[] | null;
  readonly operators: readonly OwnOperator[];
}

/** By which date rows count. `until` is set where rows stand from one instant to another. */
export interface OwnDate {
  readonly key: string;
  readonly label: string;
  readonly at: string;
  readonly until: string | null;
}

/** A source of facts as definitions see it: forms are built from it, definitions are checked against it. */
export interface OwnSource {
  readonly key: SourceName;
  readonly label: string;
  readonly dates: readonly OwnDate[];
  readonly columns: readonly OwnColumn[];
}

const stages = ['lead', 'deal', 'won', 'lost'];

/** Names for people, the words that the tables take, and what definitions do not see: `undated` and `unrated` are looked after by themselves. */
const names: Partial<Record<SourceName, { label: string; columns: Record<string, { label: string; words?: readonly string[] } | 'hidden'> }>> = {
  pipeline_events: {
    label: 'Pipeline',
    columns: {
      occurred_at: { label: 'Changed' },
      ended_at: 'hidden',
      kind: { label: 'State', words: [...stages, 'list_out'] },
      entered: { label: 'Entered the state', words: stages },
      qualified: { label: 'Qualified' },
      undated: 'hidden',
      unrated: 'hidden',
      value_minor: { label: 'Value' },
      step: { label: 'Step', words: ['proposal', 'agreement', 'list'] },
      agreement: { label: 'Agreement', words: ['made', 'reversed', 'restored'] },
      partner: { label: 'Contact of a partner list' },
    },
  },
  sales: {
    label: 'Sales',
    columns: {
      occurred_at: { label: 'Sold' },
      amount_minor: { label: 'Amount' },
      unrated: 'hidden',
      position: 'hidden',
      from_list: { label: 'From a partner list' },
    },
  },
  activities: {
    label: 'Activities',
    columns: {
      completed_at: { label: 'Completed' },
      scheduled_at: { label: 'Scheduled' },
      type: { label: 'Type', words: ['call', 'meeting', 'email', 'qbr'] },
      outcome: { label: 'Outcome', words: ['completed', 'no_show', 'cancelled', 'rescheduled'] },
    },
  },
  partner_list_versions: {
    label: 'Partner lists',
    columns: {
      opened_at: { label: 'Opened' },
      sent_at: { label: 'Sent' },
      late_at: { label: 'Past due' },
      ended_at: 'hidden',
      partners: { label: 'Contacts' },
      has_due: { label: 'Has a due day' },
    },
  },
  renewals: { label: 'Renewals', columns: { due_at: { label: 'Due' }, outcome: { label: 'Outcome', words: ['open', 'renewed', 'lost'] } } },
  tasks: { label: 'Tasks', columns: { done_at: { label: 'Done' }, state: { label: 'State', words: ['open', 'done', 'dropped'] } } },
};

const operators: Record<OwnColumn['type'], readonly OwnOperator[]> = {
  word: ['is', 'is_not', 'one_of', 'none_of', 'missing', 'present'],
  amount: ['above', 'below', 'between'],
  flag: ['yes', 'no'],
};

/** Every source of daily measures. One that nobody named is offered under its own names, so that a new source needs no line here. */
export const ownSources: readonly OwnSource[] = (Object.keys(sources) as SourceName[]).map(ownSource);

export function ownSourceOf(key: string): OwnSource | undefined {
  return ownSources.find((source) => source.key === key);
}

function ownSource(key: SourceName): OwnSource {
  const known = names[key];
  const all: [string, ColumnType][] = Object.entries(sources[key].columns);
  const shown = all.filter(([column]) => known?.columns[column] !== 'hidden');
  const labelOf = (column: string) => (known?.columns[column] as { label: string } | undefined)?.label ?? inWords(column);
  const dates = shown.filter(([, type]) => type === 'instant').map(([at]) => ({ key: at, label: labelOf(at), at, until: null }));
  const standing = all.some(([column]) => column === 'ended_at');
  return {
    key,
    label: known?.label ?? inWords(key),
    dates: standing ? [...dates, { key: 'standing', label: 'Standing at the end', at: sources[key].occurred, until: 'ended_at' }] : dates,
    columns: shown.flatMap(([column, type]) => {
      if (type === 'instant') return [];
      const words = (known?.columns[column] as { words?: readonly string[] } | undefined)?.words ?? null;
      const unit: Unit | null = type !== 'amount' ? null : column.endsWith('_minor') ? 'money' : 'count';
      return [{ key: column, label: labelOf(column), type, unit, words, operators: operators[type] }];
    }),
  };
}

function inWords(key: string): string {
  const words = key.replace(/_(at|minor)$/, '').replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
