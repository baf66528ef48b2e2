import type { ImportMapping } from '@waymark/contracts';
import type { Dataset, Item } from './dataset.js';

/** A file of the data with the mapping by which the product's import takes it. */
export interface DataFile {
  name: string;
  mapping: ImportMapping;
  content: string;
}

type Cell = string | number | null;

/** Rows that the import of files has no source for: they are loaded as JSON. */
export type Records = Pick<Dataset, 'lists' | 'tasks' | 'interactions' | 'figures' | 'programmes'> & { contacts: [id: string, list: string][] };

const named = (source: ImportMapping['source'], columns: Record<string, string>): ImportMapping => ({
  source,
  ...(source === 'people' || source === 'companies' ? {} : { knownAt: 'occurred_at' as const }),
  fields: Object.fromEntries(Object.entries(columns).map(([field, column]) => [field, { column }])),
});

/** The data as files, in the order in which they point at each other. Facts count as known when they occurred: loading them is loading history (Q98). */
export function filesOf(data: Dataset): DataFile[] {
  return [
    people(data),
    companies(data),
    items('leads.csv', data.leads),
    items('contacts.csv', data.contacts),
    activities(data),
    ...customerFiles(data),
  ];
}

export function recordsOf({ lists, tasks, interactions, figures, programmes, contacts }: Dataset): Records {
  return { lists, tasks, interactions, figures, programmes, contacts: contacts.map(({ id, list }) => [id, list as string]) };
}

function people({ people: rows }: Dataset): DataFile {
  const columns = { externalId: 'id', name: 'name', role: 'role', manager: 'manager', team: 'team', parentTeam: 'parent_team', since: 'since' };
  const cells = rows.map(({ id, name, role, manager, team, parentTeam, since }) => [id, name, role, manager, team, parentTeam, since]);
  return file('people.csv', named('people', columns), Object.values(columns), cells);
}

function companies({ companies: rows }: Dataset): DataFile {
  const columns = { externalId: 'id', name: 'name', industry: 'industry', country: 'country', employees: 'employees', owner: 'owner' };
  const cells = rows.map(({ id, name, industry, country, employees, owner }) => [id, name, industry, country, employees, owner]);
  return file('companies.csv', named('companies', columns), Object.values(columns), cells);
}

/** One row per item with all its stages, each with its instant. */
function items(name: string, rows: readonly Item[]): DataFile {
  const most = Math.max(...rows.map(({ events }) => events.length), 1);
  const stages = [...new Set(rows.flatMap(({ events }) => events.map(({ stage }) => stage)))].sort();
  const places = Array.from({ length: most }, (_, n) => n + 1);
  const columns = ['id', 'name', 'owner', 'company', 'category', 'value'];
  const { fields } = named('pipeline_items', { externalId: 'id', name: 'name', owner: 'owner', company: 'company', category: 'category' });
  const mapping: ImportMapping = {
    source: 'pipeline_items',
    knownAt: 'occurred_at',
    fields: { ...fields, company: { column: 'company', optional: true } },
    events: places.map((n) => ({
      key: `stage ${n}`,
      when: { column: `stage_${n}`, in: stages },
      stage: { column: `stage_${n}` },
      at: { column: `at_${n}` },
      value: { column: 'value' },
    })),
  };
  const cells = rows.map(({ id, name: called, owner, company, category, value, events }) => [
    ...[id, called, owner, company, category, money(value)],
    ...places.flatMap((n) => [events[n - 1]?.stage ?? '', events[n - 1]?.at ?? '']),
  ]);
  return file(name, mapping, [...columns, ...places.flatMap((n) => [`stage_${n}`, `at_${n}`])], cells);
}

function activities({ activities: rows }: Dataset): DataFile {
  const columns = {
    ...{ externalId: 'id', type: 'type', owner: 'owner', company: 'company', item: 'item', scheduledAt: 'scheduled_at' },
    ...{ completedAt: 'completed_at', outcome: 'outcome', durationSeconds: 'seconds' },
  };
  const cells = rows.map((row) => [
    ...[row.id, row.type, row.owner, row.company, row.item, row.scheduled?.at ?? '', row.completed?.at ?? ''],
    ...[row.outcome, row.completed ? row.seconds : ''],
  ]);
  return file('activities.csv', named('activities', columns), Object.values(columns), cells);
}

function customerFiles({ sales, movements, renewals, answers }: Dataset): DataFile[] {
  const fact = { externalId: 'id', company: 'company', owner: 'owner' };
  const ofSales = { ...fact, occurredAt: 'occurred_at', amount: 'amount', shares: 'shares' };
  const ofMovements = { ...fact, occurredAt: 'occurred_at', kind: 'kind', amount: 'amount' };
  const ofRenewals = { ...fact, dueOn: 'due_on', outcome: 'outcome', decidedAt: 'decided_at', amount: 'amount' };
  const ofAnswers = { ...fact, kind: 'kind', score: 'score', contact: 'contact', answeredAt: 'answered_at' };
  const shared = (shares: [string, number][]) => shares.map(([who, percent]) => `${who}=${percent}`).join('; ');
  return [
    file(
      'sales.csv',
      named('sales', ofSales),
      Object.values(ofSales),
      sales.map((row) => [row.id, row.company, row.owner, row.at, money(row.amount), shared(row.shares)]),
    ),
    file(
      'arr-movements.csv',
      named('arr_movements', ofMovements),
      Object.values(ofMovements),
      movements.map((row) => [row.id, row.company, row.owner, row.at, row.kind, money(row.amount)]),
    ),
    file(
      'renewals.csv',
      named('renewals', ofRenewals),
      Object.values(ofRenewals),
      renewals.map((row) => [row.id, row.company, row.owner, row.due, row.outcome, row.decided?.at ?? '', money(row.amount)]),
    ),
    file(
      'survey-responses.csv',
      named('survey_responses', ofAnswers),
      Object.values(ofAnswers),
      answers.map((row) => [row.id, row.company, row.owner, 'nps', row.score, row.contact, row.at]),
    ),
  ];
}

function file(name: string, mapping: ImportMapping, header: readonly string[], rows: readonly (readonly Cell[])[]): DataFile {
  return { name, mapping, content: [header, ...rows].map((cells) => `${cells.map(quoted).join(',')}\n`).join('') };
}

/** Cents as decimal text. */
function money(cents: number): string {
  const size = Math.abs(cents);
  return `${cents < 0 ? '-' : ''}${Math.floor(size / 100)}.${String(size % 100).padStart(2, '0')}`;
}

function quoted(cell: Cell): string {
  const text = String(cell ?? '');
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
