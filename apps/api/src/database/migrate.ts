import { DataSource } from 'typeorm';
import { migrations } from './migrations/index.js';

/** A data source that only migrates: no entities, never synchronised. `url` must belong to a role that may create extensions and own schemas. */
export function migrationDataSource(url: string): DataSource {
  return new DataSource({
    type: 'postgres',
    url,
    migrations,
    migrationsTableName: 'migrations',
    migrationsTransactionMode: 'each',
    synchronize: false,
  });
}

/** Brings the database up to date; two callers at once take turns. Returns the names of the migrations that ran. */
export async function migrate(adminUrl: string): Promise<string[]> {
  const source = await migrationDataSource(adminUrl).initialize();
  const lock = source.createQueryRunner();
  try {
    await lock.query(`select pg_advisory_lock(hashtext('waymark migrations'))`);
    await source.query(`set lock_timeout = '5s'`);
    const ran = await source.runMigrations();
    await source.query('grant select on migrations to waymark_app, waymark_worker');
    return ran.map((migration) => migration.name);
  } finally {
    await lock.query(`select pg_advisory_unlock(hashtext('waymark migrations'))`).catch(() => undefined);
    await lock.release();
    await source.destroy();
  }
}
