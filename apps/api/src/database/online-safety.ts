/** A statement that would stop the product, or break the replica before it, while it runs. */
export interface Unsafe {
  rule: string;
  statement: string;
}

const volatile = /\bdefault\s+[^,;]*?\b(random|gen_random_uuid|uuidv4|uuidv7|clock_timestamp|timeofday|nextval)\s*\(/;

/** Each rule looks at one statement about a table that stood before this migration. */
const aboutTables: [rule: string, breaks: (sql: string) => boolean][] = [
  [
    'a new column that must have a value needs a constant default',
    (sql) => addedColumns(sql).some((c) => /\bnot null\b/.test(c) && !/\bdefault\b/.test(c)),
  ],
  ['a volatile default writes every row anew', (sql) => addedColumns(sql).some((c) => volatile.test(c))],
  [
    'a stored generated, serial or identity column writes every row anew',
    (sql) => addedColumns(sql).some((c) => /\bstored\b|serial\b|\bas identity\b/.test(c)),
  ],
  ['another type writes every row anew', (sql) => /\balter (column )?\w+ (set data )?type\b/.test(sql)],
  ['not null reads the whole table under a lock: add a check "not valid" and validate it first', (sql) => /\bset not null\b/.test(sql)],
  [
    'a foreign key or check reads the whole table under a lock: add it "not valid", validate it in a later migration',
    (sql) =>
      (/\badd constraint\b[^;]*\b(foreign key|check)\b/.test(sql) && !/\bnot valid\b/.test(sql)) ||
      addedColumns(sql).some((column) => /\bcheck \(|\breferences\b/.test(column.split(/\badd constraint\b/)[0] as string)),
  ],
  [
    'a key builds its index under a lock: build it concurrently, then "using index"',
    (sql) => /\badd constraint\b[^;]*\b(unique|primary key|exclude)\b/.test(sql) && !/\busing index\b/.test(sql),
  ],
  [
    'the replica before it still reads what is dropped or renamed: expand, release, contract',
    (sql) => /\bdrop column\b|\brename\b|^drop table\b/.test(sql),
  ],
  ['an index without "concurrently" stops writing', (sql) => /^create (unique )?index (?!concurrently)/.test(sql)],
  ['rows of a standing table are changed in pieces by a job, not in one statement of a migration', (sql) => /^(update|delete from)\b/.test(sql)],
];

const anywhere: [rule: string, breaks: (sql: string) => boolean][] = [
  [
    'a command that locks a whole table',
    (sql) => /^(lock( table)?|cluster|vacuum full|truncate)\b/.test(sql) || /^reindex\b(?!.*concurrently)/.test(sql),
  ],
];

/** What is unsafe in the statements of one migration, in order. Tables that the migration itself makes are nobody's yet: they may be treated at will. */
export function unsafeStatements(statements: readonly string[], transaction: boolean): Unsafe[] {
  const own = new Set<string>();
  const found: Unsafe[] = [];
  for (const statement of statements.flatMap(split)) {
    const made = /^create (?:unlogged )?table (?:if not exists )?(\w+)/.exec(statement)?.[1];
    if (made) own.add(made);
    const table = tableOf(statement);
    const rules = [...anywhere, ...(table !== null && !own.has(table) ? aboutTables : [])];
    for (const [rule, breaks] of rules) if (breaks(statement)) found.push({ rule, statement });
    if (transaction && /\bconcurrently\b/.test(statement)) found.push({ rule: 'what is built concurrently needs transaction = false', statement });
  }
  return found;
}

function tableOf(sql: string): string | null {
  return (
    /^(?:alter table|drop table|update|delete from)(?: if exists)?(?: only)? (\w+)/.exec(sql)?.[1] ??
    /^create (?:unique )?index .*?\bon (?:only )?(\w+)/.exec(sql)?.[1] ??
    null
  );
}

function addedColumns(sql: string): string[] {
  return sql.startsWith('alter table') ? sql.split(/\badd (?:column )?(?:if not exists )?(?!constraint\b)/).slice(1) : [];
}

/** Single statements, in lower case, without comments and line ends; bodies of functions and texts are left out. */
function split(sql: string): string[] {
  return sql
    .replace(/(\$\w*\$)[\s\S]*?\1/g, "''")
    .replace(/'(?:[^']|'')*'/g, "''")
    .replace(/--.*$/gm, '')
    .toLowerCase()
    .split(';')
    .map((one) => one.replace(/\s+/g, ' ').trim())
    .filter((one) => one !== '');
}
