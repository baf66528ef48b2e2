/** Column types that a metric may mention. `instant` columns carry the time of the fact, `amount` columns integers in minor units. */
export type ColumnType = 'instant' | 'amount' | 'word' | 'flag';

/** A table of facts as metrics see it. Every source has `owner_id`, and versions by `known_at` / `known_to` (Q98). */
export interface Source {
  table: string;
  columns: Readonly<Record<string, ColumnType>>;
  /** The instant that says when the fact happened. */
  occurred: string;
  /** Columns that are derived from the item's other versions; as-known readings derive them again from what was known. */
  derived?: 'pipeline_events';
}

/** What metrics may read. A column that is not here cannot be mentioned. */
export const sources = {
  pipeline_events: {
    table: 'pipeline_events',
    columns: {
      occurred_at: 'instant',
      ended_at: 'instant',
      kind: 'word',
      entered: 'word',
      qualified: 'flag',
      undated: 'flag',
      unrated: 'flag',
      value_minor: 'amount',
      step: 'word',
      agreement: 'word',
      partner: 'flag',
    },
    occurred: 'occurred_at',
    derived: 'pipeline_events',
  },
  sales: {
    table: 'sales',
    columns: { occurred_at: 'instant', amount_minor: 'amount', unrated: 'flag', position: 'amount', from_list: 'flag' },
    occurred: 'occurred_at',
  },
  activities: {
    table: 'activities',
    columns: { completed_at: 'instant', scheduled_at: 'instant', type: 'word', outcome: 'word' },
    occurred: 'completed_at',
  },
  partner_list_versions: {
    table: 'partner_list_versions',
    columns: { opened_at: 'instant', sent_at: 'instant', late_at: 'instant', ended_at: 'instant', partners: 'amount', has_due: 'flag' },
    occurred: 'opened_at',
  },
  renewals: { table: 'renewals', columns: { due_at: 'instant', outcome: 'word' }, occurred: 'due_at' },
  tasks: { table: 'tasks', columns: { done_at: 'instant', state: 'word' }, occurred: 'done_at' },
} as const satisfies Record<string, Source>;

export type SourceName = keyof typeof sources;

/** The source as a plain value. */
export function sourceOf(name: SourceName): Source {
  return sources[name];
}

export type WindowSourceName = 'arr_movements' | 'survey_responses' | 'activities' | 'partner_list_versions' | 'sales' | 'pipeline_events';

/** What window measures need of a source, when its facts happened, and which of them can matter at all. */
interface WindowSource {
  columns: readonly string[];
  occurred: string;
  narrow?: string;
}

type WindowSources = Readonly<Record<WindowSourceName, WindowSource>>;

/** Facts that window measures read: what they need of them, and when they happened. They are versioned like the others. */
export const windowSources: WindowSources = {
  arr_movements: { columns: ['id', 'company_id', 'owner_id', 'occurred_at', 'amount_minor'], occurred: 'occurred_at' },
  survey_responses: { columns: ['id', 'contact', 'score', 'owner_id', 'answered_at'], occurred: 'answered_at' },
  activities: { columns: ['id', 'owner_id', 'company_id', 'item_id', 'type', 'outcome', 'completed_at'], occurred: 'completed_at' },
  partner_list_versions: { columns: ['list_id', 'owner_id', 'opened_at', 'sent_at', 'closed_at'], occurred: 'opened_at' },
  sales: {
    columns: ['id', 'list_id', 'owner_id', 'occurred_at', 'amount_minor', 'unrated', 'position'],
    occurred: 'occurred_at',
  },
  // Items that never came to a call or a step of the funnel are in no cohort: without them the rest is small.
  pipeline_events: {
    columns: ['item_id', 'sequence', 'owner_id', 'occurred_at', 'kind', 'step', 'partner', 'undated'],
    occurred: 'occurred_at',
    narrow: `item_id in (select x.item_id from pipeline_events x where x.tenant_id = $1 and x.step is not null
      union select a.item_id from activities a where a.tenant_id = $1 and a.item_id is not null and a.type = 'call')`,
  },
};
