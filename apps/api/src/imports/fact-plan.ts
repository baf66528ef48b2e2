/** Names in a staged column and where they are looked up. */
export interface LookUp {
  column: string;
  table: 'users' | 'companies' | 'products' | 'pipeline_items' | 'tasks' | 'programmes' | 'partner_lists';
}

/** Field and staged column that say when something happened; a day begins in the zone of the organisation. */
export interface Happened {
  field: string;
  at: string;
  day?: boolean;
}

export const ownerAndCompany: readonly LookUp[] = [
  { column: 'owner', table: 'users' },
  { column: 'company', table: 'companies' },
];

/**
 * How a staged row `s` (beside the organisation `n`, the present version `f` and now, `$2`) becomes a version of a dated fact. SQL of the product's own;
 * values come from the staging table.
 */
export interface FactPlan {
  table: string;
  /** `id`: every version has the same one; `entry_id`: each has its own and names the first. */
  identity: 'id' | 'entry_id';
  /** Column -> expression, or the expression with the field that must be told; of an untold one the present version keeps its value. */
  columns: Readonly<Record<string, string | { from: string; field: string }>>;
  lookUps: readonly LookUp[];
  /** At which instant the row happened: a row from later than now is held. */
  happened: Happened;
  /** More of what must not lie ahead. */
  past?: readonly Happened[];
  /** Whose gates say since when the row may count as known; the owner that is named unless said otherwise. */
  judged?: string;
  /** When the row counts as told unless a column says so, over the made columns `new_*`; when it happened unless said otherwise. */
  told?: string;
  /** Rows that contradict themselves: a condition over the staged row, and what is said. */
  wrong?: readonly { when: string; code: string; field: string; message: string }[];
  /** Versions that would contradict themselves: a condition over the made columns `new_*`, and what is said. */
  impossible?: readonly { when: string; code: string; field: string; message: string }[];
  /** Facts of this kind date memberships whose source had no day (Q76). */
  datesMemberships?: boolean;
}
