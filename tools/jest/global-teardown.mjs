import { rmSync } from 'node:fs';

/** Stops the database of the run; WAYMARK_KEEP_TEST_DATABASES=1 leaves its folder for a post-mortem. */
export default async function globalTeardown() {
  const { cluster, home, keep, shared } = globalThis.waymarkTestCluster ?? {};
  globalThis.waymarkTestCluster = undefined;
  await cluster?.stop();
  if (shared) rmSync(shared, { recursive: true, force: true });
  if (keep) console.log(`The test databases are kept in ${home}/data.`);
}
