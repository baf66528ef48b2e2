import { preparedDatabase, type TestDatabase } from '@waymark/testing';
import { demoToday, loadDemo } from '../demo.js';
import { startWorker } from './start-api.js';

const folder = new URL('../../../../tools/seed', import.meta.url).pathname;

export const demoPassword = 'long enough word';

/** A database of one spec with the first demo, which is loaded once in a run. Its clock opened at 2017-09-05T09:00Z when it was loaded, and goes on. */
export function demoDatabase(): Promise<TestDatabase> {
  return preparedDatabase('demo', async (database) => {
    const tool = await startWorker(database);
    await loadDemo(tool.app, { ownerUrl: database.adminUrl, folder, password: demoPassword, today: demoToday, reset: false });
    await tool.close();
  });
}
