/** Names in a staged column and where they are looked up. */
export interface LookUp {
  column: string;
  table: 'users' | 'companies' | 'products' | 'pipeline_items';
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
  /** Field and staged instant at which the row happened: a row from later than now is held. */
  happened: { field: string; at: string };
  /** When the row counts as told unless a column says so, over the made columns `new_*`; when it happened unless said otherwise. */
  told?: string;
  /** Rows that contradict themselves: a condition over the staged row, and what is said. */
  wrong?: readonly { when: string; code: string; field: string; message: string }[];
  /** Facts of this kind date memberships whose source had no day (Q76). */
  datesMemberships?: boolean;
}
