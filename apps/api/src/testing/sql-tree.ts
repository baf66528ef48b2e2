/** A node of PostgreSQL's own parse tree. */
export type Tree = Record<string, unknown>;

/** `left = right`, with the entries it may hold: all, or those on the nullable side of an outer join. */
export interface Equality {
  sides: [unknown, unknown];
  holds: ReadonlySet<string> | null;
}

/** The arms of a set operation, or the one query. */
export function armsOf(query: Tree): Tree[] {
  return query['larg'] ? [query['larg'], query['rarg']].flatMap((side) => armsOf(side as Tree)) : [query];
}

/** The equalities that a condition demands in every case. */
export function equalitiesOf(condition: unknown, holds: ReadonlySet<string> | null): Equality[] {
  const tree = (condition ?? {}) as Tree;
  const both = tree['BoolExpr'] as { boolop: string; args: unknown[] } | undefined;
  if (both?.boolop === 'AND_EXPR') return both.args.flatMap((part) => equalitiesOf(part, holds));
  const comparison = tree['A_Expr'] as Tree | undefined;
  if (comparison?.['kind'] !== 'AEXPR_OP' || lastName(comparison['name']) !== '=') return [];
  return [{ sides: [comparison['lexpr'], comparison['rexpr']], holds }];
}

/** The parts of a column's name, when the node is a column. */
export function fieldsOf(node: unknown): string[] | undefined {
  const fields = ((node ?? {}) as { ColumnRef?: { fields: { String?: { sval: string } }[] } }).ColumnRef?.fields;
  return fields?.map((field) => field.String?.sval ?? '*');
}

/** `alias.tenant_id` as a node. */
export const columnOf = (alias: string) => ({ ColumnRef: { fields: [{ String: { sval: alias } }, { String: { sval: 'tenant_id' } }] } });
/** The table's name. */
export const nameOf = (range: Tree) => range['relname'] as string;

/** The last part of a qualified name. */
export function lastName(names: unknown): string {
  return (names as { String: { sval: string } }[]).at(-1)?.String.sval ?? '';
}

/** Columns that an UPDATE or ON CONFLICT assigns. */
export function assigned(list: unknown): string[] {
  return ((list ?? []) as { ResTarget?: { name?: string } }[]).map((one) => one.ResTarget?.name ?? '');
}

/** The names of all tables below a node. */
export function tablesIn(tree: unknown): Set<string> {
  const names = new Set<string>();
  walk(tree, (key, value) => {
    if (key === 'RangeVar' || key === 'relation') names.add(nameOf(value as Tree));
    return true;
  });
  return names;
}

/** Visits every named part of a tree; a visitor that answers false is not led further down. */
export function walk(tree: unknown, visit: (key: string, value: unknown) => boolean): void {
  if (Array.isArray(tree)) return tree.forEach((part) => walk(part, visit));
  if (tree === null || typeof tree !== 'object') return;
  for (const [key, value] of Object.entries(tree)) if (visit(key, value)) walk(value, visit);
}
