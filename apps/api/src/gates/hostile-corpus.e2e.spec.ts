import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { testDatabase, type TestDatabase } from '@waymark/testing';
import fc from 'fast-check';
import { openApiDocument } from '../platform/http/docs.js';
import { type DescribedOperation, readDocument } from '../testing/described-operations.js';
import { hostileTexts, resolve, type Schema, type Schemas, valid } from '../testing/schema-values.js';
import { type RunningApi, signInAs, startApi, startWorker } from '../testing/start-api.js';
import { GateWorld } from './gate-world.spec-data.js';

/** Texts of the corpus that go into every field; `npm run test:long corpus` takes 2,000 and more. */
const wanted = Number(process.env['CORPUS_TEXTS'] ?? '8');
const atOnce = 6;
/** They end sessions, hash passwords for each call, send mail, or take a file. */
const leftOut = /^(ownSessions_|sessions_|oneTimeLinks_|imports_(start|inspect)|me_stream|users_erase|privacy_)/;

/** More than 2,000 different texts that trouble parsers, databases, spreadsheets, shells and pages. */
function corpus(): string[] {
  const code = (from: number, to: number) => Array.from({ length: to - from }, (_, n) => String.fromCodePoint(from + n));
  const numbers = [
    'NaN',
    'Infinity',
    '1e400',
    '-0',
    '0x1F',
    '1_000',
    '٣',
    '１２',
    '1,000.00',
    '9'.repeat(40),
    '0.1e-400',
    '+5',
    '1e5',
    '--1',
    '1.2.3',
  ];
  const dates = [
    'infinity',
    '-infinity',
    'now',
    'today',
    'epoch',
    '2026-02-30',
    '0000-01-01',
    '24:00',
    '2026-W53-7',
    '20260101',
    '2026-13-01T00:00:00Z',
  ];
  const codes = [
    ...[
      "'",
      '"',
      '`',
      '\\',
      '\\\\',
      "';--",
      '/*',
      '$$',
      '$1',
      '${7*7}',
      '{{7*7}}',
      '<%= 7*7 %>',
      '#{7*7}',
      '%s%n',
      '%00',
      '../',
      '..\\',
      '\r\nSet-Cookie: a=b',
    ],
    ...[
      '<svg onload=alert(1)>',
      'javascript:alert(1)',
      'data:text/html,x',
      '&lt;',
      ']]>',
      '<!ENTITY x>',
      '{"a":1}',
      '[1]',
      'null',
      'undefined',
      'true',
      '__proto__',
    ],
    ...[
      'constructor',
      'toString',
      '=1+1',
      '+1',
      '-1',
      '@x',
      '\t=1',
      '＝1',
      '|calc',
      '$(id)',
      '`id`',
      '; ls',
      '& dir',
      '*)(uid=*',
      "' or ''='",
      'select pg_sleep(9)',
      'COM1',
      'con.pdf',
      '.',
    ],
  ];
  const signs = [
    ...code(0, 0x20),
    ...code(0x7f, 0xa0),
    ...[
      '\u200b',
      '\u200d',
      '\u2028',
      '\u2029',
      '\u202a',
      '\u202e',
      '\u2066',
      '\u2069',
      '\ufeff',
      '\ufffe',
      '\uffff',
      '\ufffd',
      '\u{10ffff}',
      '\u{e0041}',
    ],
    ...[
      '\ud800',
      '\udfff',
      '\ud83d',
      '\udc00\ud800',
      '😀',
      '👨‍👩‍👧‍👦',
      'é',
      'e\u0301',
      'ß',
      'İ',
      'ı',
      'ﬀ',
      'Ⅷ',
      '\u0130\u0307',
      'ا\u0644',
      'שלום',
      '中',
      '𠜎',
    ],
  ];
  const bases = [...new Set([...hostileTexts, ...numbers, ...dates, ...codes, ...signs])];
  const ways: ((text: string) => string)[] = [
    (text) => text,
    (text) => `a${text}`,
    (text) => `${text}a`,
    (text) => ` ${text} `,
    (text) => text.repeat(3),
    (text) => `"${text}"`,
    (text) => `'${text}'`,
    (text) => encodeURIComponent(text.toWellFormed()),
    (text) => text.normalize('NFKD'),
    (text) => `${text}\u0000`,
    (text) => text.repeat(Math.ceil(130 / Math.max(1, text.length))),
    (text) => `2026-01-01${text}`,
  ];
  return [...new Set(ways.flatMap((way) => bases.map(way)))];
}

/** Where texts stand in a message: paths of field names. */
function textFields(schema: Schema, schemas: Schemas, depth = 0): string[][] {
  const resolved = resolve(schema, schemas);
  if (depth > 3) return [];
  return Object.entries(resolved.properties ?? {}).flatMap(([name, field]) => {
    const inner = resolve(field, schemas);
    if (inner.type === 'string') return [[name]];
    return textFields(inner, schemas, depth + 1).map((path) => [name, ...path]);
  });
}

const withText = (message: unknown, [first, ...rest]: string[], text: string): unknown => ({
  ...(message as object),
  [first as string]: rest.length === 0 ? text : withText((message as Record<string, unknown>)?.[first as string] ?? {}, rest, text),
});

describe('hostile texts', () => {
  let database: TestDatabase;
  let api: RunningApi;
  let worker: Awaited<ReturnType<typeof startWorker>>;
  let w: GateWorld;
  let operations: DescribedOperation[];
  let schemas: Schemas;
  let token: string;
  let ids: string[];
  const texts = corpus();

  beforeAll(async () => {
    database = await testDatabase();
    worker = await startWorker(database);
    w = await new GateWorld(database, worker.app, 'corpus').open(['Ana']);
    await w.addDeals('Ana', 2, { at: '2026-02-20T08:00:00Z', value: 100 });
    api = await startApi(database);
    token = await signInAs(api, 'corpus', w.adminId);
    ids = [w.periodId, w.policyId, w.versionId, ...w.people.values()];
    const read = readDocument(openApiDocument(api.app));
    schemas = read.schemas;
    operations = read.operations.filter((operation) => !leftOut.test(operation.id));
  });

  afterAll(async () => {
    await api.close();
    await worker.close();
    await database.drop();
  });

  interface Target {
    operation: DescribedOperation;
    field: string;
    send: (text: string) => { address: string; body: string | null };
  }

  /** An address of each operation whose ids name things that are there, so that a text is not refused for the sake of the id. */
  async function addresses(): Promise<Map<string, string>> {
    await w.sql(`insert into companies (tenant_id, name, created_at) values ($1, 'Company', now())`);
    const found = new Map<string, string>();
    for (const operation of operations) {
      const noun = (/^\/api\/([a-z-]+)/.exec(operation.path)?.[1] ?? '').replaceAll('-', '_');
      const known = ['pipeline_items', 'companies', 'goals', 'gates', 'teams', 'goal_periods', 'gate_policies'].includes(noun);
      const [row] = known ? await w.sql<{ id: string }>(`select id from ${noun} where tenant_id = $1 limit 1`) : [];
      const id = noun === 'users' ? w.person('Ana') : (row?.id ?? w.periodId);
      found.set(
        operation.id,
        operation.path
          .replace('{id}', id)
          .replace('{versionId}', w.versionId)
          .replace(/\{\w+Id\}/, w.periodId)
          .replace('{key}', 'revenue'),
      );
    }
    return found;
  }

  /** Every text field of every message, and every text in every question. */
  function targets(where: ReadonlyMap<string, string>): Target[] {
    const id = (operation: DescribedOperation) => where.get(operation.id) as string;
    return operations.flatMap((operation) => {
      const body = operation.body;
      const message = body
        ? (fc.sample(
            valid(body, schemas, () => ids),
            { numRuns: 1, seed: 7 },
          )[0] as object)
        : null;
      const fields = body ? textFields(body, schemas) : [];
      const questions = operation.parameters.filter((one) => one.in === 'query' && (one.schema?.type === 'string' || one.schema?.format));
      return [
        ...fields.map((path) => ({
          operation,
          field: path.join('.'),
          send: (text: string) => ({ address: id(operation), body: JSON.stringify(withText(message, path, text)) }),
        })),
        ...questions.map((one) => ({
          operation,
          field: `?${one.name}`,
          send: (text: string) => ({ address: `${id(operation)}?${one.name}=${encodeURIComponent(text.toWellFormed())}`, body: null }),
        })),
      ];
    });
  }

  async function faultOf({ operation, field, send }: Target, text: string): Promise<string | null> {
    const { address, body } = send(text);
    const answer = await fetch(`${api.url}${address}`, {
      method: operation.method,
      headers: { authorization: `Bearer ${token}`, 'if-match': '"v1"', ...(body === null ? {} : { 'content-type': 'application/json' }) },
      body: operation.method === 'GET' ? null : body,
    });
    const said = await answer.text();
    if (answer.status === 401) token = await signInAs(api, 'corpus', w.adminId); // tokens are good for ten minutes
    const fine = answer.status < 500 && operation.statuses.has(answer.status) && !/\bat .+\.(js|ts):\d+/.test(said);
    return fine ? null : `${operation.id} ${field} ${JSON.stringify(text.slice(0, 60))}: ${answer.status} ${said.slice(0, 200)}`;
  }

  it(`SEC-02 (corpus) ${wanted} of more than 2,000 hostile texts in every text field give no 5xx and no undocumented status`, async () => {
    expect(texts.length).toBeGreaterThan(2000);
    const all = targets(await addresses());
    expect(all.length).toBeGreaterThan(80);
    const wrong: string[] = [];
    let calls = 0;
    let turn = 0;
    const queue = all.flatMap((target) =>
      Array.from({ length: Math.min(wanted, texts.length) }, () => [target, texts[(turn = (turn + 977) % texts.length)] as string] as const),
    );
    const next = async () => {
      for (let one = queue.shift(); one; one = queue.shift()) {
        calls += 1;
        const fault = await faultOf(...one);
        if (fault && wrong.length < 20) wrong.push(fault);
      }
    };
    await Promise.all(Array.from({ length: atOnce }, next));
    if (wanted > 100) console.log(JSON.stringify({ texts: texts.length, fields: all.length, calls, wrong: wrong.length }));
    expect(wrong).toEqual([]);
  });

  it('SEC-02 (corpus) nothing that was stored is NaN, without end, or holds a NUL', async () => {
    const { rows: columns } = await database.admin.query<{ table: string; column: string; type: string }>(
      `select c.table_name as table, c.column_name as column, c.data_type as type from information_schema.columns c join information_schema.tables t
         on t.table_schema = c.table_schema and t.table_name = c.table_name and t.table_type = 'BASE TABLE'
       where c.table_schema = 'public' and c.data_type in ('numeric', 'double precision', 'real', 'timestamp with time zone', 'date', 'jsonb')`,
    );
    expect(columns.length).toBeGreaterThan(40);
    const wrong: string[] = [];
    for (const { table, column, type } of columns) {
      const odd =
        type === 'jsonb'
          ? `"${column}"::text ~ '(\\\\u0000|NaN|Infinity)' and "${column}"::text !~ '"[^"]*(\\\\u0000|NaN|Infinity)[^"]*"'`
          : type === 'date' || type.startsWith('timestamp')
            ? `not isfinite("${column}")`
            : `"${column}"::text in ('NaN', 'Infinity', '-Infinity')`;
      const { rows } = await database.admin.query<{ n: number }>(
        `select count(*)::int as n from "${table}" where "${column}" is not null and ${odd}`,
      );
      if (rows[0]?.n) wrong.push(`${table}.${column}: ${rows[0].n}`);
    }
    expect(wrong).toEqual([]);
  });
});
