import { setTimeout as sleep } from 'node:timers/promises';
import { DataSource, type QueryRunner } from 'typeorm';
import { migrations as shipped } from './migrations/index.js';

type Migrations = NonNullable<ConstructorParameters<typeof DataSource>[0]['migrations']>;

/** How patient a migration is with work that goes on beside it. A lock that is not had in time is given back, so that nobody queues behind it. */
export interface Patience {
  /** Milliseconds that one statement waits for a lock. */
  lockMs: number;
  /** Tries before it is given up. */
  tries: number;
  /** Milliseconds between two tries. */
  pauseMs: number;
}

const usual: Patience = { lockMs: 2000, tries: 30, pauseMs: 1000 };
const longestStatement = '30min'; // an index of a big table, built beside its use
const turn = `hashtext('waymark migrations')`;

/** A data source that only migrates: no entities, never synchronised. `url` must belong to a role that may create extensions and own schemas. */
export function migrationDataSource(url: string, migrations: Migrations = shipped, lockMs: number = usual.lockMs): DataSource {
  return new DataSource({
    type: 'postgres',
    url,
    migrations,
    migrationsTableName: 'migrations',
    migrationsTransactionMode: 'each',
    synchronize: false,
    extra: { options: `-c lock_timeout=${lockMs} -c statement_timeout=${longestStatement}` },
  });
}

/**
 * Brings the database up to date while the product works (REL-05): each migration is one transaction that waits for locks for two seconds at most and tries
 * again; two callers at once take turns. Refuses when an index was left half built. Returns the names of the migrations that ran.
 */
export async function migrate(adminUrl: string, migrations: Migrations = shipped, patience: Patience = usual): Promise<string[]> {
  const source = await migrationDataSource(adminUrl, migrations, patience.lockMs).initialize();
  const lock = source.createQueryRunner();
  try {
    await takeTurn(lock);
    const ran = await runPatiently(source, patience);
    await refuseHalfBuiltIndexes(source);
    await source.query('grant select on migrations to waymark_app, waymark_worker');
    return ran;
  } finally {
    await lock.query(`select pg_advisory_unlock(${turn})`).catch(() => undefined);
    await lock.release();
    await source.destroy();
  }
}

/** Asks again and again instead of waiting in one statement: that would hold a snapshot, for which `create index concurrently` waits. */
async function takeTurn(lock: QueryRunner): Promise<void> {
  for (;;) {
    const [row] = (await lock.query(`select pg_try_advisory_lock(${turn}) as mine`)) as { mine: boolean }[];
    if (row?.mine) return;
    await sleep(100);
  }
}

/** SQLSTATEs of a migration that others stand in the way of: a lock that did not come free in time, and a circle of waiting that it was taken out of. */
const inTheWay = new Set(['55P03', '40P01']);

async function runPatiently(source: DataSource, { tries, pauseMs }: Patience): Promise<string[]> {
  const ran: string[] = [];
  for (let left = tries; ; left -= 1) {
    const before = await applied(source);
    try {
      await source.runMigrations();
    } catch (error) {
      if (!inTheWay.has((error as { code?: string }).code ?? '') || left <= 1) throw error;
      await sleep(pauseMs);
      continue;
    } finally {
      ran.push(...(await applied(source)).filter((name) => !before.includes(name)));
    }
    return ran;
  }
}

async function applied(source: DataSource): Promise<string[]> {
  const [table] = (await source.query(`select to_regclass('migrations') is not null as there`)) as { there: boolean }[];
  if (!table?.there) return [];
  return ((await source.query('select name from migrations order by id')) as { name: string }[]).map((row) => row.name);
}

async function refuseHalfBuiltIndexes(source: DataSource): Promise<void> {
  const rows = (await source.query(`select indexrelid::regclass::text as name from pg_index where not indisvalid order by 1`)) as { name: string }[];
  if (rows.length === 0) return;
  const names = rows.map((row) => row.name).join(', ');
  throw new Error(`half built, so not used by queries: ${names}. Drop it with "drop index concurrently" and create it again.`);
}
