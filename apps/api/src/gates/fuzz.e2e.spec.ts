import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { testDatabase, type TestDatabase } from '@waymark/testing';
import fc from 'fast-check';
import { openApiDocument } from '../platform/http/docs.js';
import { type DescribedOperation as Operation, readDocument } from '../testing/described-operations.js';
import { hostileTexts, hostileValues, resolve, type Schemas, valid } from '../testing/schema-values.js';
import { type RunningApi, signInAs, startApi, startWorker } from '../testing/start-api.js';
import { GateWorld } from './gate-world.spec-data.js';

/** One call as the generator made it. */
interface Sent {
  operation: Operation;
  actor: string;
  address: string;
  headers: Record<string, string>;
  body: string | null;
}

const calls = Number(process.env['FUZZ_CALLS'] ?? 5000);
/** The same calls in every short run; a long one looks where nobody has looked. */
const seed = Number(process.env['FUZZ_SEED'] ?? (process.env['FUZZ_CALLS'] ? Date.now() % 1_000_000 : 20_261_121));
const atOnce = 6;
/** Who calls; those with many rights more often. */
const actors = ['Ada Admin', 'Ada Admin', 'Ada Admin', 'Ada Admin', 'Lea', 'Lea', 'Ana', 'Ana', 'Cora', 'Dan', 'Fay', 'nobody'];
/** They end the sweep's sessions, hash passwords for every call, or never end. */
const leftOut = new Set([
  'ownSessions_endEverywhere',
  'ownSessions_end',
  'ownSessions_changePassword',
  'sessions_signOut',
  'me_stream',
  'imports_start',
  'imports_inspect',
]);
const seldom = new Set(['sessions_signIn', 'sessions_signInAs', 'sessions_refresh']);

describe('the fuzzer', () => {
  let database: TestDatabase;
  let api: RunningApi;
  let worker: Awaited<ReturnType<typeof startWorker>>;
  let operations: Operation[];
  let schemas: Schemas;
  let foreign: string[];
  let before: string;
  let tables: string[] | undefined;
  const tokens: Record<string, string | null> = { nobody: null };
  const ids: string[] = [];

  beforeAll(async () => {
    database = await testDatabase();
    worker = await startWorker(database);
    const mine = await new GateWorld(database, worker.app, 'fuzzed').open(['Ana', 'Ben']);
    const theirs = await new GateWorld(database, worker.app, 'spared').open(['Ana']);
    for (const world of [mine, theirs]) {
      for (const name of ['Ana']) await world.addDeals(name, 3, { at: '2026-02-20T08:00:00Z', value: 100 });
      await world.clock('2026-04-04T06:00:00Z');
      await world.drain();
      await world.daily();
    }
    await database.admin.query(`update pipeline_items set name = 'mark-spared' where tenant_id = $1`, [theirs.tenantId]);
    foreign = [theirs.periodId, theirs.policyId, theirs.versionId, ...theirs.people.values()];
    api = await startApi(database);
    for (const [name, role] of [
      ['Cora', 'coach'],
      ['Dan', 'director'],
      ['Fay', 'founder'],
    ] as const)
      await mine.addPerson(name, role);
    for (const name of ['Ada Admin', 'Lea', 'Ana', 'Cora', 'Dan', 'Fay']) tokens[name] = await signInAs(api, 'fuzzed', mine.person(name));
    ids.push(mine.periodId, mine.policyId, mine.versionId, ...mine.people.values(), ...foreign);
    const read = readDocument(openApiDocument(api.app));
    schemas = read.schemas;
    operations = read.operations.filter((operation) => !leftOut.has(operation.id));
    before = await sparedState();
  });

  afterAll(async () => {
    await api.close();
    await worker.close();
    await database.drop();
  });

  const sparedState = async () => {
    const tables = [
      'pipeline_items',
      'pipeline_events',
      'goals',
      'users',
      'gates',
      'restrictions',
      'companies',
      'goal_periods',
      'gate_policies',
      'audit_events',
    ];
    const parts = tables.map(
      (table) =>
        `(select md5(string_agg(x::text, '|' order by x::text)) from ${table} x where tenant_id = (select id from tenants where slug = 'spared'))`,
    );
    return (await database.admin.query<{ state: string }>(`select concat_ws(' ', ${parts.join(', ')}) as state`)).rows[0]?.state as string;
  };

  /** A call: valid, with one part broken, or hostile. */
  function sentBy(operation: Operation): fc.Arbitrary<Sent> {
    const known = () => ids;
    const text = (value: unknown) =>
      encodeURIComponent(typeof value === 'string' ? (value.isWellFormed() ? value : value.toWellFormed()) : (JSON.stringify(value) ?? ''));
    const paths = operation.parameters.filter((one) => one.in === 'path');
    const queries = operation.parameters.filter((one) => one.in === 'query');
    const pathValues = fc.tuple(
      ...paths.map((one) =>
        fc.oneof(
          {
            weight: 9,
            arbitrary: one.name === 'key' ? fc.constantFrom('revenue', 'win_rate', 'nothing') : valid({ format: 'uuid' }, schemas, known),
          },
          { weight: 1, arbitrary: fc.constantFrom<unknown>(...hostileTexts) },
        ),
      ),
    );
    const queryValues = fc.tuple(
      ...queries.map((one) =>
        fc.oneof(
          { weight: 3, arbitrary: valid(one.schema ?? {}, schemas, known) },
          { weight: one.required ? 1 : 6, arbitrary: fc.constant(undefined) },
          { weight: 1, arbitrary: fc.constantFrom<unknown>(...hostileTexts) },
        ),
      ),
    );
    const whole = operation.body ? valid(operation.body, schemas, known) : fc.constant(null);
    const fields = Object.keys(operation.body ? (resolve(operation.body, schemas).properties ?? {}) : {});
    const broken = fc
      .tuple(whole, fc.constantFrom(...(fields.length > 0 ? fields : ['x']), 'tenant_id', '__proto__'), hostileValues)
      .map(([body, field, value]) => {
        const changed: Record<string, unknown> = { ...(body as object) };
        Object.defineProperty(changed, field, { value, enumerable: true, configurable: true, writable: true });
        return JSON.stringify(changed);
      });
    const raw = fc.constantFrom(
      '{',
      '[]',
      '"x"',
      'null',
      '{"a":1e400}',
      '{"name":"\\ud800"}',
      '{"name":"a","name":"b"}',
      '{"__proto__":{"admin":true}}',
      '\u0000',
      `[${'['.repeat(3000)}`,
      `{"x":"${'y'.repeat(300_000)}"}`,
    );
    const bodies = operation.body
      ? fc.oneof({ weight: 5, arbitrary: whole.map((body) => JSON.stringify(body)) }, { weight: 4, arbitrary: broken }, { weight: 1, arbitrary: raw })
      : fc.oneof({ weight: 9, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: raw });
    const extra = fc.oneof(
      { weight: 12, arbitrary: fc.constant<Record<string, string>>({}) },
      {
        weight: 1,
        arbitrary: fc.constantFrom<Record<string, string>>(
          { 'content-type': 'text/plain' },
          { 'content-type': 'application/xml' },
          { 'content-encoding': 'gzip' },
          { 'x-http-method-override': 'DELETE' },
          { 'idempotency-key': 'k' },
          { 'if-match': '*' },
          { accept: 'image/png' },
          { 'x-forwarded-for': '1.2.3.4' },
          { 'x-long': 'z'.repeat(9000) },
        ),
      },
    );
    return fc
      .record({
        path: pathValues,
        query: queryValues,
        body: bodies,
        headers: extra,
        actor: fc.constantFrom(...actors),
        twice: fc.integer({ min: 0, max: 19 }),
      })
      .map((made) => {
        let address = operation.path;
        paths.forEach((one, n) => (address = address.replace(`{${one.name}}`, text(made.path[n]))));
        const asked = queries.flatMap((one, n) =>
          made.query[n] === undefined || made.query[n] === null ? [] : [`${one.name}=${text(made.query[n])}`],
        );
        if (made.twice === 0 && asked.length > 0) asked.push(asked[0] as string);
        if (made.twice === 1) asked.push('unknown=1', 'q=%E0%A4%A');
        return {
          operation,
          actor: made.actor,
          address: `${address}${asked.length > 0 ? `?${asked.join('&')}` : ''}`,
          headers: made.headers,
          body: operation.method === 'GET' ? null : made.body,
        };
      });
  }

  /** What is wrong with the answer to a call; nothing when all is well. */
  async function faultOf(sent: Sent, tell?: (status: number) => void): Promise<string | null> {
    const token = tokens[sent.actor];
    const response = await fetch(`${api.url}${sent.address}`, {
      method: sent.operation.method,
      headers: {
        ...(token ? { authorization: `Bearer ${token}` } : {}),
        ...(sent.body === null ? {} : { 'content-type': 'application/json' }),
        ...(sent.operation.method === 'PATCH' || sent.operation.method === 'DELETE' ? { 'if-match': '"v1"' } : {}),
        'sec-fetch-site': 'same-origin',
        ...sent.headers,
      },
      body: sent.body,
    });
    const text = await response.text();
    const { status } = response;
    tell?.(status);
    // Readiness says 503 by design when the database was slow to answer; everything else never does.
    if (status === 503 && sent.operation.path === '/api/health/ready') return null;
    if (status >= 500) return `${status} ${text.slice(0, 300)}`;
    if (!sent.operation.statuses.has(status)) return `status ${status} is not documented: ${text.slice(0, 200)}`;
    if (/\bat .+\.(js|ts):\d+|\bselect .+ from |\binsert into /i.test(text)) return `a stack or SQL: ${text.slice(0, 300)}`;
    if (text.includes('mark-spared')) return 'something of another organisation';
    if (status >= 400) {
      if (!response.headers.get('content-type')?.startsWith('application/problem+json'))
        return `${status} is no problem document: ${text.slice(0, 200)}`;
      const problem = JSON.parse(text) as { code?: string; detail?: string; requestId?: string };
      return problem.code && problem.detail && problem.requestId ? null : `an incomplete problem document: ${text.slice(0, 200)}`;
    }
    if (status === 204 || status === 304 || !response.headers.get('content-type')?.includes('application/json')) return null;
    const body = JSON.parse(text) as unknown;
    for (const match of text.matchAll(/"id":"([0-9a-f-]{36})"/g)) if (ids.length < 3000) ids.push(match[1] as string);
    if (sent.operation.answer && !sent.operation.answer(body))
      return `the answer does not match its schema: ${JSON.stringify(sent.operation.answer.errors?.slice(0, 2))}`;
    return null;
  }

  it(`SEC-02 case 81 case 82 case 83 gives no 5xx, no undocumented status, no answer beside its schema in ${calls} generated calls`, async () => {
    const faults = new Map<string, string>();
    let made = 0;
    for (let round = 0; made < calls; round += 1) {
      const batch = operations
        .filter((operation) => !seldom.has(operation.id) || round % 20 === 0)
        .flatMap((operation, n) => fc.sample(sentBy(operation), { numRuns: 2, seed: seed + round * 1000 + n }));
      const queue = batch.slice(0, calls - made);
      made += queue.length;
      await Promise.all(
        Array.from({ length: atOnce }, async () => {
          for (let sent = queue.shift(); sent; sent = queue.shift()) {
            const fault = await faultOf(sent);
            const key = `${sent.operation.method} ${sent.operation.path}: ${fault?.replaceAll(/[0-9a-f-]{36}/g, 'id')}`;
            if (fault && faults.size < 30 && !faults.has(key))
              faults.set(key, `${sent.address.slice(0, 200)} ${(sent.body ?? '').slice(0, 300)} ${JSON.stringify(sent.headers).slice(0, 80)}`);
          }
        }),
      );
    }
    expect({ seed, faults: [...faults].map(([key, call]) => `${key}\n    ${call}`) }).toEqual({ seed, faults: [] });
    expect(made).toBe(calls);
  });

  it('SEC-02 a refused call leaves no row behind, alone and in sequences of up to twelve calls that use the ids of the answers before', async () => {
    const changing = operations.filter((operation) => operation.method !== 'GET' && !seldom.has(operation.id));
    const faults: string[] = [];
    let refused = 0;
    for (let sequence = 0; sequence < Math.max(30, Math.min(2000, calls / 200)) && faults.length < 10; sequence += 1) {
      const steps =
        fc.sample(fc.array(fc.constantFrom(...changing), { minLength: 1, maxLength: 12 }), { numRuns: 1, seed: seed + sequence })[0] ?? [];
      let rows = await rowsStored();
      for (const [n, operation] of steps.entries()) {
        const [sent] = fc.sample(sentBy(operation), { numRuns: 1, seed: seed + sequence * 100 + n });
        if (!sent) continue;
        const known = ids.length;
        const seen: number[] = [];
        const fault = await faultOf(sent, (status) => seen.push(status));
        // What the answer before has made is what the next call most likely names.
        ids.unshift(...ids.splice(known));
        const after = await rowsStored();
        if ((seen[0] ?? 0) >= 400) {
          refused += 1;
          if (after !== rows) faults.push(`${operation.method} ${sent.address} ${seen[0]} left rows: ${rows} then ${after}`);
        }
        if (fault) faults.push(`${operation.method} ${sent.address}: ${fault}`);
        rows = after;
      }
    }
    expect({ seed, faults }).toEqual({ seed, faults: [] });
    expect(refused).toBeGreaterThan(50);
  });

  /** How many rows each table of the organisation holds, but for what counts calls and sessions. */
  const rowsStored = async () => {
    tables ??= (
      await database.admin.query<{ name: string }>(
        `select c.relname as name from pg_policy p join pg_class c on c.oid = p.polrelid where p.polname = 'tenant_isolation' and c.relkind in ('r', 'p')
           and c.relname not in ('tenants', 'sessions') and c.relname !~ 'attempt|token|idempot' order by 1`,
      )
    ).rows.map((row) => row.name);
    const counts = tables.map((name) => `(select '${name} ' || count(*) from ${name})`);
    return (await database.admin.query<{ rows: string }>(`select concat_ws(', ', ${counts.join(', ')}) as rows`)).rows[0]?.rows as string;
  };

  it('SEC-02 what was stored is sound, and the other organisation is as it was', async () => {
    const { rows } = await database.admin.query<{ odd: string }>(
      `select count(*) filter (where value_minor is null or abs(value_minor) > 10 ^ 15 or not isfinite(changed_at) or changed_at > '2026-04-05' or name = '') as odd from pipeline_items`,
    );
    expect(rows[0]?.odd).toBe('0');
    expect(await sparedState()).toEqual(before);
  });
});
