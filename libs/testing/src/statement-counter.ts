import pg from 'pg';

/** What a stretch of code sent to PostgreSQL. */
export interface Statements<T> {
  readonly result: T;
  /** Statement texts in the order they were sent, but for transaction control (begin, commit, rollback, savepoint) and the reading of the database's clock, which a server sends at times of its own. */
  readonly statements: readonly string[];
  readonly count: number;
}

const transactionControl = /^\s*(begin|start transaction|commit|rollback|savepoint|release)\b/i;
const readingOfTheClock = /^select extract\(epoch from clock_timestamp\(\)\)/;

/**
 * Runs `work` and counts the SQL statements that this process sends meanwhile, whatever pool sends them; "the number of statements does not
 * grow with the number of goals" is proven with it. Do not run two counters at once.
 */
export async function countStatements<T>(work: () => Promise<T>): Promise<Statements<T>> {
  const statements: string[] = [];
  const prototype = pg.Client.prototype as unknown as { query: (...args: unknown[]) => unknown };
  const original = prototype.query;
  prototype.query = function (this: unknown, ...args: unknown[]) {
    const text = textOf(args[0]);
    if (text !== undefined && !transactionControl.test(text) && !readingOfTheClock.test(text)) statements.push(text);
    return original.apply(this, args);
  };
  try {
    const result = await work();
    return { result, statements, count: statements.length };
  } finally {
    prototype.query = original;
  }
}

function textOf(query: unknown): string | undefined {
  if (typeof query === 'string') return query;
  if (typeof query !== 'object' || query === null) return undefined;
  const { text } = query as { text?: unknown };
  return typeof text === 'string' ? text : undefined;
}
