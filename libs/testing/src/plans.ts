import pg from 'pg';

/** One step of a plan as it ran: how many rows went through it, those included that it read only to drop them. */
export interface PlanStep {
  readonly statement: string;
  readonly node: string;
  readonly rows: number;
}

interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly 'Rows Removed by Join Filter'?: number;
  readonly Plans?: readonly PlanNode[];
}

/**
 * The steps of the plans of every statement with parameters that `work` sends inside a transaction and whose text `matches`. Each runs twice: explained
 * first, behind a savepoint that is rolled back, then as it was meant. Not for two pieces of work at once.
 */
export async function plansOf(work: () => Promise<unknown>, matches: RegExp): Promise<PlanStep[]> {
  const steps: PlanStep[] = [];
  const prototype = pg.Client.prototype as unknown as { query: (...args: unknown[]) => unknown };
  const original = prototype.query;
  prototype.query = function (this: unknown, ...args: unknown[]) {
    const { text, values } = typeof args[0] === 'object' ? (args[0] as { text?: unknown; values?: unknown }) : { text: args[0], values: args[1] };
    const send = (...call: unknown[]) => original.apply(this, call) as Promise<pg.QueryResult<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>>;
    if (typeof text !== 'string' || !Array.isArray(values) || !matches.test(text)) return send(...args);
    return (async () => {
      await send('savepoint explained');
      const { rows } = await send(`explain (analyze, format json) ${text}`, values);
      await send('rollback to savepoint explained');
      steps.push(...(rows[0] ? stepsOf(text, rows[0]['QUERY PLAN'][0].Plan) : []));
      return send(...args);
    })();
  };
  await work().finally(() => (prototype.query = original));
  return steps;
}

function stepsOf(statement: string, node: PlanNode): PlanStep[] {
  const each = node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0) + (node['Rows Removed by Join Filter'] ?? 0);
  const step = { statement, node: node['Node Type'], rows: each * node['Actual Loops'] };
  return [step, ...(node.Plans ?? []).flatMap((child) => stepsOf(statement, child))];
}
