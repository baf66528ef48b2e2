import { loadModule, parsePlPgSQLSync, parseSync } from 'libpg-query';
import { armsOf, assigned, columnOf, equalitiesOf, type Equality, fieldsOf, lastName, nameOf, tablesIn, type Tree, walk } from './sql-tree.js';

/** What the rules must know about the database. */
export interface Places {
  /** Tables whose rows are spread by `tenant_id` when there are several nodes. */
  distributed: ReadonlySet<string>;
  /** Functions whose answer differs from call to call. */
  volatile: ReadonlySet<string>;
}

/** Names that stand for a value where a statement is part of a function. */
export interface InFunction {
  /** Arguments and variables. */
  values: ReadonlySet<string>;
  /** A door that looks across organisations by design: its tables need only be joined by `tenant_id` with each other. */
  acrossTenants: boolean;
}

/** One table, sub-query or function of a FROM clause, and the conditions that hold it to a tenant. */
interface Entry {
  alias: string;
  table: string | null;
  /** Whether its `tenant_id`, if it has one, is that of the one organisation already. */
  held: boolean;
}

interface Scope {
  /** Whether a name of a WITH clause reads distributed rows. */
  ctes: Map<string, { spread: boolean; deletes: boolean }>;
  outer: Entry[];
}

const statementKinds = ['SelectStmt', 'InsertStmt', 'UpdateStmt', 'DeleteStmt', 'MergeStmt'] as const;
const transitionTables = new Set(['new_rows', 'old_rows']);

/** The parser is a WebAssembly module; call this once before the first question. */
export const loadParser = loadModule;

/**
 * What keeps a text of one or more statements from running where tenants are spread over several nodes (PERF-02): nothing, or one sentence per fault. The rules are those
 * that a cluster of Citus refused or answered wrongly when it was tried; `docs/adr` names them.
 */
export function faultsOf(sql: string, places: Places, inFunction?: InFunction): string[] {
  return judge(sql, places, inFunction).filter((fault) => !fault.endsWith(throughOneNode));
}

/**
 * Whether the statement puts rows into a distributed table that come from no row of the tenant (a list of values as arrays or JSON, a staged file). Citus runs such a one
 * through one node, which it refuses while row-level security is on; there it needs a role that bypasses it.
 */
export function goesThroughOneNode(sql: string, places: Places): boolean {
  return judge(sql, places).some((fault) => fault.endsWith(throughOneNode));
}

function judge(sql: string, places: Places, inFunction?: InFunction): string[] {
  const faults: string[] = [];
  const rules = new Rules(places, inFunction, (fault) => faults.push(fault));
  if (sql.trim() === '') return faults; // a function whose body is kept as a parse tree
  for (const { stmt } of (parseSync(sql) as { stmts?: { stmt: Tree }[] }).stmts ?? []) rules.statement(stmt, { ctes: new Map(), outer: [] });
  return [...new Set(faults)];
}

const throughOneNode = 'goes through one node';

/** The statements and expressions of a PL/pgSQL function, given its whole definition, and the names of its arguments and variables. */
export function statementsOf(definition: string): { statements: string[]; values: string[] } {
  const statements: string[] = [];
  const values: string[] = [];
  walk(parsePlPgSQLSync(definition) as unknown, (key, value) => {
    if (key === 'refname') values.push(value as string);
    const text = key === 'PLpgSQL_expr' ? (value as { query: string }).query : '';
    // An expression (`a := b`, `if b`) is a statement once it is selected.
    if (text !== '') statements.push(parses(text) ? text : `select ${text.replace(/^\s*[\w.]+\s*:?=/, '')}`);
    return true;
  });
  return { statements, values };
}

function parses(sql: string): boolean {
  try {
    parseSync(sql);
    return true;
  } catch {
    return false;
  }
}

class Rules {
  constructor(
    private readonly places: Places,
    private readonly inFunction: InFunction | undefined,
    private readonly tell: (fault: string) => void,
  ) {}

  statement(wrapped: Tree, scope: Scope): void {
    for (const kind of statementKinds) if (wrapped[kind]) this.query(kind, wrapped[kind] as Tree, scope);
    if (wrapped['CopyStmt'] || wrapped['CreateTableAsStmt'] || wrapped['ExplainStmt']) this.inside(wrapped, scope, []);
  }

  private query(kind: (typeof statementKinds)[number], query: Tree, outside: Scope): void {
    const scope = this.withClause(query, outside);
    if (query['larg']) {
      for (const side of ['larg', 'rarg']) this.query('SelectStmt', query[side] as Tree, scope);
      return;
    }
    const entries: Entry[] = [];
    const equalities: Equality[] = [];
    const target = kind === 'SelectStmt' ? null : (query['relation'] as Tree);
    if (target && kind !== 'InsertStmt') entries.push(this.entryOf(target, scope));
    for (const item of (query['fromClause'] ?? query['usingClause'] ?? []) as Tree[]) this.from(item, scope, entries, equalities);
    if (kind === 'MergeStmt') {
      this.from(query['sourceRelation'] as Tree, scope, entries, equalities);
      equalities.push(...equalitiesOf(query['joinCondition'], null));
    }
    equalities.push(...equalitiesOf(query['whereClause'], null));
    this.hold(entries, equalities, scope.outer);
    for (const entry of entries.filter((one) => !one.held && one.table !== null && this.places.distributed.has(one.table)))
      this.tell(`${entry.table} (${entry.alias}) is not held to one tenant`);
    const known = [...entries, ...scope.outer];
    if (target) this.changes(kind, query, target, scope);
    this.inside(query, scope, known);
  }

  /** What a changing statement may not do to a distributed table. */
  private changes(kind: string, query: Tree, target: Tree, scope: Scope): void {
    const table = nameOf(target);
    if (scope.ctes.has(table) || !this.places.distributed.has(table)) return;
    if (kind === 'InsertStmt') this.insert(query, table, scope);
    const conflict = query['onConflictClause'] as Tree | undefined;
    const changes = kind === 'InsertStmt' ? [conflict?.['targetList'], conflict?.['whereClause']] : [query['targetList'], query['whereClause']];
    if (assigned(changes[0]).includes('tenant_id')) this.tell(`${table}: a row cannot move to another tenant`);
    walk(changes, (key, value) => {
      const called = key === 'FuncCall' ? lastName((value as Tree)['funcname']) : '';
      if (this.places.volatile.has(called)) this.tell(`${table}: ${called}() differs from call to call; pass its value`);
      return true;
    });
  }

  private insert(query: Tree, table: string, scope: Scope): void {
    const columns = ((query['cols'] ?? []) as Tree[]).map((column) => (column['ResTarget'] as Tree)['name']);
    const place = columns.indexOf('tenant_id');
    if (place < 0) return this.tell(`${table}: the insert does not name tenant_id`);
    const source = ((query['selectStmt'] as Tree | undefined)?.['SelectStmt'] ?? null) as Tree | null;
    if (!source) return;
    const below = this.withClause(source, this.withClause(query, scope));
    for (const arm of armsOf(source)) {
      const rows = (arm['valuesLists'] as Tree[] | undefined)?.map((list) => (list['List'] as { items: Tree[] }).items[place]);
      const entries: Entry[] = [];
      const equalities: Equality[] = [];
      for (const item of (arm['fromClause'] ?? []) as Tree[]) this.from(item, below, entries, equalities);
      this.hold(entries, [...equalities, ...equalitiesOf(arm['whereClause'], null)], scope.outer);
      if (!rows && !entries.some((entry) => entry.held)) this.tell(`${table}: INSERT ... SELECT ${throughOneNode}`);
      const values = rows ?? [((arm['targetList'] as Tree[] | undefined)?.[place]?.['ResTarget'] as Tree | undefined)?.['val']];
      for (const value of values)
        if (!this.isTenant(value, [...entries, ...scope.outer]))
          this.tell(`${table}: the tenant of an inserted row is neither a value nor that of a row of the same tenant`);
      walk(arm['fromClause'], (key, value) => {
        if (key !== 'RangeVar') return true;
        if (below.ctes.get(nameOf(value as Tree))?.deletes)
          this.tell(`${table}: rows that one statement deletes cannot be inserted by the same one; use two`);
        if (transitionTables.has(nameOf(value as Tree))) this.tell(`${table}: rows of a transition table must go through arrays`);
        return true;
      });
    }
  }

  /** The names of a WITH clause, each looked at where it stands. */
  private withClause(query: Tree, outside: Scope): Scope {
    const clause = query['withClause'] as { ctes: { CommonTableExpr: { ctename: string; ctequery: Tree } }[] } | undefined;
    if (!clause) return outside;
    const scope: Scope = { ctes: new Map(outside.ctes), outer: outside.outer };
    for (const { CommonTableExpr: cte } of clause.ctes) {
      const deletes =
        cte.ctequery['DeleteStmt'] !== undefined && this.places.distributed.has(nameOf((cte.ctequery['DeleteStmt'] as Tree)['relation'] as Tree));
      const reads = [...tablesIn(cte.ctequery)].filter((table) => table !== cte.ctename);
      scope.ctes.set(cte.ctename, {
        spread: reads.some((table) => this.places.distributed.has(table) || scope.ctes.get(table)?.spread),
        deletes: deletes || reads.some((table) => scope.ctes.get(table)?.deletes),
      });
    }
    return scope;
  }

  /** Everything below this level: sub-queries, lateral ones with what is known here, and the forbidden calls. */
  private inside(query: Tree, scope: Scope, known: Entry[]): void {
    walk(query, (key, value) => {
      if ((statementKinds as readonly string[]).includes(key)) {
        this.query(key as 'SelectStmt', value as Tree, { ctes: scope.ctes, outer: known });
        return false;
      }
      if (key === 'FuncCall' && lastName((value as Tree)['funcname']) === 'set_config')
        this.tell('set_config() does not reach other nodes; use SET LOCAL');
      return true;
    });
  }

  private from(item: Tree, scope: Scope, entries: Entry[], equalities: Equality[]): void {
    const join = item['JoinExpr'] as Tree | undefined;
    if (!join) return void entries.push(this.entryOf(item, scope));
    const start = entries.length;
    this.from(join['larg'] as Tree, scope, entries, equalities);
    const middle = entries.length;
    this.from(join['rarg'] as Tree, scope, entries, equalities);
    const aliases = (from: number, to: number) => new Set(entries.slice(from, to).map((entry) => entry.alias));
    const holds = { JOIN_INNER: null, JOIN_LEFT: aliases(middle, entries.length), JOIN_RIGHT: aliases(start, middle) }[join['jointype'] as string];
    equalities.push(...equalitiesOf(join['quals'], holds === undefined ? new Set() : holds));
    if (((join['usingClause'] ?? []) as Tree[]).some((name) => (name['String'] as Tree)['sval'] === 'tenant_id'))
      for (const left of entries.slice(start, middle))
        for (const right of entries.slice(middle))
          equalities.push({ sides: [columnOf(left.alias), columnOf(right.alias)], holds: holds === undefined ? new Set() : holds });
  }

  private entryOf(item: Tree, scope: Scope): Entry {
    const range = (item['RangeVar'] ?? (item['relname'] ? item : undefined)) as Tree | undefined;
    const any = (range ?? item['RangeSubselect'] ?? item['RangeFunction'] ?? {}) as Tree;
    const name = range ? nameOf(range) : '';
    const alias = ((any['alias'] as Tree | undefined)?.['aliasname'] as string | undefined) ?? name;
    const cte = range && !range['schemaname'] ? scope.ctes.get(name) : undefined;
    if (cte) return { alias, table: null, held: cte.spread };
    if (range) return { alias, table: name, held: false };
    const spread = [...tablesIn(item)].some((table) => this.places.distributed.has(table) || scope.ctes.get(table)?.spread);
    // Inside of a trigger the arrays that a function unnests hold rows that are being written.
    return { alias, table: null, held: spread || (this.inFunction !== undefined && item['RangeFunction'] !== undefined) };
  }

  /** Spreads "is of the one tenant" over the entries until nothing changes. */
  private hold(entries: Entry[], equalities: Equality[], outer: Entry[]): void {
    const known = [...entries, ...outer];
    const first = entries.find((entry) => entry.table !== null && this.places.distributed.has(entry.table));
    if (this.inFunction?.acrossTenants && first && !outer.some((entry) => entry.held)) first.held = true;
    for (let changed = true; changed;) {
      changed = false;
      for (const { sides, holds } of equalities)
        for (const [one, other] of [sides, [sides[1], sides[0]]] as const) {
          const entry = this.entryNamed(one, entries);
          if (!entry || entry.held || (holds && !holds.has(entry.alias)) || !this.isTenant(other, known)) continue;
          entry.held = changed = true;
        }
    }
  }

  private entryNamed(node: unknown, entries: Entry[]): Entry | undefined {
    const fields = fieldsOf(node);
    if (fields?.at(-1) !== 'tenant_id') return undefined;
    if (fields.length > 1) return entries.find((entry) => entry.alias === fields.at(-2));
    const spread = entries.filter((entry) => entry.table !== null && this.places.distributed.has(entry.table));
    return spread.length === 1 ? spread[0] : entries.length === 1 ? entries[0] : undefined;
  }

  /** Whether an expression is the tenant of this statement: a value from outside, or the tenant of a row that is held. */
  private isTenant(node: unknown, known: Entry[]): boolean {
    const tree = (node ?? {}) as Tree;
    if (tree['ParamRef'] || (tree['A_Const'] && !(tree['A_Const'] as Tree)['isnull'])) return true;
    if (tree['TypeCast']) return this.isTenant((tree['TypeCast'] as Tree)['arg'], known);
    if (tree['FuncCall']) return lastName((tree['FuncCall'] as Tree)['funcname']) === 'current_setting';
    const fields = fieldsOf(node);
    if (!fields) return false;
    if (this.inFunction && (this.inFunction.values.has(fields[0] as string) || ['new', 'old'].includes(fields[0] as string))) return true;
    return this.entryNamed(node, known)?.held ?? false;
  }
}
