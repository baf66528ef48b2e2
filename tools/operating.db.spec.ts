import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { testDatabase, type TestDatabase } from '@waymark/testing';
import { existsSync, readdirSync, readFileSync } from 'node:fs';

const root = new URL('..', import.meta.url);
const text = (path: string) => readFileSync(new URL(path, root), 'utf8');
const guide = text('docs/operating.md');
const compose = text('docker-compose.yml');
const all = (pattern: RegExp, inside = guide) => [...new Set([...inside.matchAll(pattern)].map((found) => found[1] as string))];
/** Everything that reads settings: the configuration, the launcher and its parts, the containers. */
const readers = [
  ...readdirSync(new URL('apps/api/src/config', root)).map((name) => `apps/api/src/config/${name}`),
  ...readdirSync(new URL('tools/start', root)).map((name) => `tools/start/${name}`),
].filter((path) => /(?<!spec)\.(ts|mjs)$/.test(path) && !path.includes('.spec'));

describe("the operator's guide", () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await testDatabase();
  });

  afterAll(() => database.drop());

  it("DX-05 (operator's guide) every setting of the configuration is in it, and it names no other", () => {
    const config = readers
      .filter((path) => path.includes('/config/'))
      .map(text)
      .join('\n');
    const known = all(/(?:env\[|integer\(|choice\(|figure\()'([A-Z_]+)'/g, config);
    expect(known.length).toBeGreaterThan(35);
    const told = all(/`([A-Z][A-Z0-9_]{3,})(?:=[^`]*)?`/g);
    expect(known.filter((name) => !told.includes(name))).toEqual([]);
    const everything = readers.map(text).join('\n') + compose;
    expect(told.length).toBeGreaterThan(40);
    expect(told.filter((name) => !new RegExp(`\\b${name}\\b`).test(everything))).toEqual([]);
  });

  it("DX-05 (operator's guide) every command, with its options, and every file that it names exists", async () => {
    const { scripts } = JSON.parse(text('package.json')) as { scripts: Record<string, string> };
    const { commands } = (await import(new URL('tools/start/commands.mjs', root).href)) as { commands: Record<string, { script: string }> };
    const named = [...guide.matchAll(/npm run ([a-z:]+)((?:\s+(?:--|<[^>]+>|--[a-z-]+))*)/g)];
    expect(named.length).toBeGreaterThan(6);
    for (const [, name, words] of named as unknown as [string, string, string][]) {
      expect([name, Object.hasOwn(scripts, name)]).toEqual([name, true]);
      const script = (commands[name]?.script ?? `tools/start/${name}.mjs`).replace('/dist/', '/src/').replace(/(src.*)\.js$/, '$1.ts');
      for (const option of all(/--([a-z-]+)/g, words))
        expect([name, option, new RegExp(`\\b'?${option}'?\\]?: `).test(text(script))]).toEqual([name, option, true]);
    }
    const files = [
      ...all(/\b((?:apps|libs|docs|tools)\/[\w./-]+\.\w+)/g).map((path) => path.replace('/dist/', '/src/').replace(/(src.*)\.js$/, '$1.ts')),
      ...all(/\]\(([^#)][^)]*)\)/g).map((path) => `docs/${path}`),
    ];
    expect(files.length).toBeGreaterThan(3);
    expect(files.filter((path) => !existsSync(new URL(path, root)))).toEqual([]);
    for (const profile of all(/--profile ([a-z-]+)/g)) expect(compose).toContain(`profiles: [${profile}]`);
    for (const service of all(/docker compose run --rm ([a-z-]+)/g)) expect(compose).toMatch(new RegExp(`^  ${service}:$`, 'm'));
  });

  it("DX-05 (operator's guide) every address is in the API's document, every statement runs, every role and table is there", async () => {
    const { paths } = JSON.parse(text('docs/openapi.json')) as { paths: Record<string, unknown> };
    const addresses = all(/`(\/api\/[a-z/-]+)`/g);
    expect(addresses.length).toBeGreaterThan(2);
    expect(addresses.filter((path) => !Object.hasOwn(paths, path))).toEqual([]);
    const statements = all(/(?:`| {4})((?:select|update) [^`;\n]+)[`;]/g);
    expect(statements.length).toBeGreaterThan(1);
    for (const statement of statements) await database.admin.query(`explain ${statement.replace('...', '0')}`);
    const roles = all(/`(waymark_[a-z]+)`/g);
    const { rows } = await database.admin.query<{ name: string }>('select rolname as name from pg_roles');
    expect(roles.length).toBeGreaterThan(3);
    expect(roles.filter((role) => !rows.some((row) => row.name === role))).toEqual([]);
  });

  it.each([
    ['gives a lock up that it cannot have', 'for 2 s at a time, 30 times', 'apps/api/src/database/migrate.ts', 'lockMs: 2000, tries: 30'],
    ['has to be gone', '30 s before they are killed', 'docker-compose.yml', 'stop_grace_period: 30s'],
    ['lets go of a job', '| `SHUTDOWN_SECONDS` | both | 20;', 'apps/api/src/config/config.ts', "integer('SHUTDOWN_SECONDS', 20,"],
    [
      'ends the transaction of a worker that stands still',
      'was ended after 30 s',
      'apps/api/src/database/roles.ts',
      "idle_in_transaction_session_timeout: '30s'",
    ],
    ['tells of a wrong clock', '`degraded` beyond 2 s', 'apps/api/src/platform/health/health.service.ts', 'const toleratedMs = 2000'],
    ['gives a job up', 'A slot that failed ten times is `dead`', 'apps/api/src/platform/jobs/job-runner.ts', 'const maxAttempts = 10'],
    [
      'answers a retried refresh',
      'a retry within 20 seconds gets the same successor',
      'apps/api/src/access/session-tokens.repository.ts',
      'replaySeconds = 20',
    ],
  ])("DX-05 (operator's guide) when Waymark %s is as the code says", (_what, told, file, code) => {
    expect(guide.replaceAll(/\s+/g, ' ')).toContain(told);
    expect(text(file)).toContain(code);
  });
});
