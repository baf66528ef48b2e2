import { afterAll, beforeAll } from '@jest/globals';
import { type SourceName, sourceNames, windowSources, type WindowSourceName } from '@waymark/metrics';
import { testDatabase, type TestDatabase } from '@waymark/testing';
import type { PoolClient, QueryResult, QueryResultRow } from 'pg';
import { rowsOfBoth, type World } from './random-facts.js';

type AnySource = SourceName | WindowSourceName;

/** Every table of facts that a measure reads. */
export const everySource: readonly AnySource[] = [...new Set([...sourceNames, ...(Object.keys(windowSources) as WindowSourceName[])])];

/** A statement becomes a slightly wrong one, to see that somebody notices. */
export type Mutation = (text: string) => string;
export const same: Mutation = (text) => text;

/** A database in which one world of random facts stands at a time; to be called inside `describe`. */
export function factWorlds(): FactWorlds {
  const worlds = new FactWorlds();
  beforeAll(() => worlds.start());
  afterAll(() => worlds.stop());
  return worlds;
}

class FactWorlds {
  private database!: TestDatabase;
  private client!: PoolClient;

  async start(): Promise<void> {
    this.database = await testDatabase();
    this.client = await this.database.admin.connect();
    // Facts alone matter here: foreign keys and marks are off, so that a world costs a few inserts.
    await this.client.query(`set session_replication_role = replica`);
  }

  async stop(): Promise<void> {
    this.client?.release(true);
    await this.database?.drop();
  }

  readonly query = <R extends QueryResultRow>(text: string, values: unknown[]): Promise<QueryResult<R>> => this.client.query<R>(text, values);

  /** Fills the tables with the world, and the stranger's with the same facts under the same people, and takes all away again. */
  readonly inWorld = async <T>(facts: World, work: () => Promise<T>, sources: readonly AnySource[] = everySource): Promise<T> => {
    await this.client.query('begin');
    try {
      for (const source of sources)
        await this.client.query(`insert into ${source} select * from jsonb_populate_recordset(null::${source}, $1::jsonb)`, [
          rowsOfBoth(source, facts),
        ]);
      return await work();
    } finally {
      await this.client.query('rollback');
    }
  };
}
