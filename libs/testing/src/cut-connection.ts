import pg from 'pg';

/** Where a connection was cut: the statements that were sent before, and the one that found it gone (null: there was none so late). */
export interface Cut {
  readonly sent: readonly string[];
  readonly cut: string | null;
  /** What the work failed with. */
  readonly error: unknown;
}

interface Connected {
  processID: number;
  user?: string;
}

/**
 * Runs `work` as a process that dies: before the statement with this number (from 0) of the given database user its connection is terminated, so the
 * open transaction is lost. Statements are counted as they are sent by this process, those that begin and commit included. One at a time.
 */
export async function cutBefore(admin: pg.Pool, user: string, number: number, work: () => Promise<unknown>): Promise<Cut> {
  const sent: string[] = [];
  let cut: string | null = null;
  const prototype = pg.Client.prototype as unknown as { query: (...args: unknown[]) => unknown };
  const original = prototype.query;
  prototype.query = function (this: Connected, ...args: unknown[]) {
    if (this.user !== user || cut !== null) return original.apply(this, args);
    const text = typeof args[0] === 'string' ? args[0] : String((args[0] as { text?: unknown }).text);
    if (sent.length < number) {
      sent.push(text);
      return original.apply(this, args);
    }
    cut = text;
    // Waits until it is gone: the statement never reaches the database.
    return admin.query('select pg_terminate_backend($1, 60000)', [this.processID]).then(() => original.apply(this, args));
  };
  let error: unknown;
  try {
    await work();
  } catch (thrown) {
    error = thrown;
  } finally {
    prototype.query = original;
  }
  return { sent, cut, error };
}
