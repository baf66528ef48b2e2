import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { MetricChanges, MetricReading, MetricReceipt, MetricRecordPage, Problem } from '@waymark/contracts';
import { metrics, receiptParts } from '@waymark/metrics';
import { countStatements, testDatabase, type TestDatabase } from '@waymark/testing';
import { createOrganisation } from '../organisation.js';
import { type RunningApi, signInAs, startApi, startWorker } from '../testing/start-api.js';
import { Recomputation } from './recomputation.service.js';

const july = 'from=2026-07-01&to=2026-07-31';
const people = { Ada: 'admin', Lea: 'leader', Ben: 'member', Bea: 'member', Cleo: 'member', Cora: 'coach' } as const;
type Person = keyof typeof people;
const leader = 'Lea';
/** Whose rows each person may see one by one. */
const reach: Record<Person, readonly Person[]> = {
  Ada: ['Ada', 'Lea', 'Ben', 'Bea', 'Cleo', 'Cora'],
  Lea: ['Lea', 'Ben', 'Bea'],
  Ben: ['Ben'],
  Bea: ['Bea'],
  Cleo: ['Cleo'],
  Cora: [],
};

describe('receipts over HTTP', () => {
  let database: TestDatabase;
  let api: RunningApi;
  let worker: Awaited<ReturnType<typeof startWorker>>;
  let tenantId: string;
  let north: string;
  const ids: Record<string, string> = {};
  const tokens: Record<string, string> = {};
  const made: Record<string, string> = {};

  beforeAll(async () => {
    database = await testDatabase();
    worker = await startWorker(database);
    api = await startApi(database);
    const now = new Date('2026-08-15T12:00:00Z');
    const admin = (slug: string) => ({ name: slug === 'receipts' ? 'Ada' : 'Zoe', email: `admin@${slug}.example`, password: 'long enough word' });
    const options = { zone: 'Europe/Berlin', demo: true, now };
    const created = await createOrganisation(database.adminUrl, { slug: 'receipts', name: 'Receipts', ...options, admin: admin('receipts') });
    const other = await createOrganisation(database.adminUrl, { slug: 'others', name: 'Others', ...options, admin: admin('others') });
    ({ tenantId } = created);
    ids['Ada'] = created.adminId;
    const one = async (text: string, params: unknown[]) => (await database.admin.query<{ id: string }>(text, params)).rows[0]?.id as string;
    for (const [name, role] of Object.entries(people).filter(([name]) => name !== 'Ada')) {
      ids[name] = await one('insert into users (tenant_id, name) values ($1, $2) returning id', [tenantId, name]);
      await database.admin.query('insert into user_roles (tenant_id, user_id, role) values ($1, $2, $3)', [tenantId, ids[name], role]);
    }
    north = await one(`insert into teams (tenant_id, name) values ($1, 'North') returning id`, [tenantId]);
    for (const name of ['Lea', 'Ben', 'Bea'])
      await database.admin.query(`insert into team_memberships (tenant_id, team_id, user_id, role, from_on) values ($1, $2, $3, $4, '2020-01-01')`, [
        tenantId,
        north,
        ids[name],
        name === leader ? 'leader' : 'member',
      ]);
    for (const name of Object.keys(people)) tokens[name] = await signInAs(api, 'receipts', ids[name] as string);
    tokens['Zoe'] = await signInAs(api, 'others', other.adminId);
    for (const name of ['Ben', 'Bea', 'Cleo'] as const) await factsOf(name);
    await worker.app.get(Recomputation).drain(tenantId);
  });

  afterAll(async () => {
    await worker.close();
    await api.close();
    await database.drop();
  });

  const post = async (path: string, body: object) => {
    const answer = await api.call<{ id: string } & Problem>('POST', path, { token: tokens['Ada'] as string, body });
    expect([path, answer.status, answer.body.detail]).toEqual([path, 201, undefined]);
    return answer.body.id;
  };

  /** Each person: two calls that took place, one that did not, one without an outcome, a meeting; a deal of 100, a won one; a sale; an answer; a customer. */
  const factsOf = async (name: 'Ben' | 'Bea' | 'Cleo') => {
    const ownerId = ids[name] as string;
    const usd = (amount: string) => ({ amount, currency: 'USD' });
    const companyId = await post('/api/companies', { name: `Customer of ${name}` });
    const call = { type: 'call', ownerId, companyId, note: `Note of ${name}` };
    made[`${name} call`] = await post('/api/activities', { ...call, completedAt: '2026-07-02T10:00:00Z' });
    await post('/api/activities', { ...call, completedAt: '2026-07-03T10:00:00Z' });
    await post('/api/activities', { ...call, scheduledAt: '2026-07-04T10:00:00Z', outcome: 'no_show' });
    await post('/api/activities', { ...call, scheduledAt: '2026-07-05T10:00:00Z' });
    await post('/api/activities', { ...call, type: 'meeting', completedAt: '2026-07-06T10:00:00Z' });
    const deal = { ownerId, companyId, stage: 'engaging', occurredAt: '2026-07-07T10:00:00Z' };
    made[`${name} deal`] = await post('/api/pipeline-items', { ...deal, name: `Deal of ${name}`, value: usd('100.00') });
    await post('/api/pipeline-items', { ...deal, name: `Win of ${name}`, value: usd('50.00'), stage: 'won' });
    await post('/api/sales', { ownerId, companyId, occurredAt: '2026-07-08T10:00:00Z', amount: usd('250.00') });
    for (const [score, day] of [
      [3, '09'],
      [9, '10'],
    ] as const)
      await post('/api/survey-responses', {
        kind: 'nps',
        score,
        contact: `contact-of-${name}@x.example`,
        ownerId,
        answeredAt: `2026-07-${day}T10:00:00Z`,
      });
    await post('/api/arr-movements', { companyId, ownerId, kind: 'new', amount: usd('10.00'), occurredAt: '2026-06-01T10:00:00Z' });
    await post('/api/arr-movements', { companyId, ownerId, kind: 'expansion', amount: usd('5.00'), occurredAt: '2026-07-11T10:00:00Z' });
  };

  const read = <T = MetricReceipt>(who: string, path: string) =>
    api.call<T & Problem>('GET', `/api/metrics/${path}`, { token: tokens[who] as string });
  const shape = ({ counted, leftOut, candidates, hidden }: MetricReceipt['parts'][number]) => ({
    counted: counted.rows,
    leftOut: Object.fromEntries(leftOut.map(({ reason, rows }) => [reason, rows])),
    candidates: candidates.rows,
    hidden: [hidden.counted.rows, hidden.leftOut.rows],
  });

  it('MET-08 a receipt says formula, numbers, window, zone, scope, rows counted and left out each with its reason, and as of when', async () => {
    const { status, body } = await read('Lea', `calls_completed/receipt?teamId=${north}&${july}`);
    expect(status).toBe(200);
    // Ben and Bea: 2 calls each; of each a call nobody came to, one without an outcome, and a meeting are left out
    expect(body.parts.map(shape)).toEqual([
      { counted: 4, leftOut: { outcome_no_show: 2, outcome_none: 2, type_meeting: 2 }, candidates: 10, hidden: [0, 0] },
    ]);
    expect([body.formula, body.calculation, body.version, body.value.value]).toEqual(['Calls completed', '4 = 4', 1, '4']);
    expect([body.window, body.team?.name]).toEqual([{ from: '2026-07-01', to: '2026-07-31', timeZone: 'Europe/Berlin' }, 'North']);
    expect(body.parts[0]?.leftOut[0]?.text).toBe('did not take place: nobody came');
    expect(body.parts[0]?.conditions).toEqual(['type is call', 'outcome is completed']);
    expect(Date.parse(body.asOf)).toBe(Date.parse(body.computedAt));
  });

  it('MET-08 counted plus left out are the candidates and the value is the value, for every metric and every scope of every reader', async () => {
    for (const who of ['Ada', 'Lea', 'Ben'] as const)
      for (const scope of ['', `&teamId=${north}`, `&ownerId=${ids['Ben']}`])
        for (const metric of metrics.keys()) {
          const { body, status } = await read(who, `${metric}/receipt?${july}${scope}`);
          expect([metric, status]).toEqual([metric, 200]);
          for (const part of body.parts)
            expect([metric, part.counted.rows + part.leftOut.reduce((sum, { rows }) => sum + rows, 0)]).toEqual([metric, part.candidates.rows]);
          const reading = await read<MetricReading>(who, `${metric}/value?${july}${scope}`);
          expect([metric, who, scope, body.value]).toEqual([metric, who, scope, reading.body.value]);
          expect([metric, body.beside, body.marks]).toEqual([metric, reading.body.beside, reading.body.marks]);
        }
  });

  it('MET-08 rows that the reader may not see are a sum without identity; REP-15 (mechanism) the rows that are seen and the hidden line make the figure', async () => {
    const { body } = await read('Ben', `revenue/receipt?teamId=${north}&${july}`);
    expect(body.value.value).toBe('600.00'); // Ben 250 + 50 and Bea 250 + 50: what is won is a sale
    expect(body.parts[0]?.hidden.counted).toMatchObject({ rows: 2, amount: { value: '300.00' } });
    const records = await read<MetricRecordPage>('Ben', `revenue/records?teamId=${north}&${july}&kind=counted`);
    expect(records.body.items.map(({ owner, amount, what }) => [owner.name, amount.value, what])).toEqual([
      ['Ben', '250.00', 'Customer of Ben'],
      ['Ben', '50.00', 'Win of Ben · Customer of Ben'],
    ]);
    expect([records.body.hidden.amount.value, records.body.total.amount.value]).toEqual(['300.00', '600.00']);
  });

  it('REP-15 (mechanism) every record leads to its page, pages hold each row once, and a reason shows its rows alone', async () => {
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const path: string = `calls_completed/records?${july}&limit=2${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`;
      const { body } = await read<MetricRecordPage>('Ada', path);
      seen.push(...body.items.map(({ id }) => id));
      cursor = body.nextCursor;
    } while (cursor);
    expect([seen.length, new Set(seen).size]).toEqual([15, 15]); // three people with five rows each
    const { body } = await read<MetricRecordPage>('Ada', `calls_completed/records?${july}&reason=outcome_no_show`);
    expect(body.items.map(({ kind, reasonText }) => [kind, reasonText])).toEqual(Array(3).fill(['left_out', 'did not take place: nobody came']));
    expect(body.total.rows).toBe(3);
    const deals = await read<MetricRecordPage>('Ben', `open_qualified_pipeline_value/records?${july}&kind=counted`);
    expect(deals.body.items.map(({ link, what }) => [link, what])).toEqual([[`/deals/${made['Ben deal']}`, 'Deal of Ben · Customer of Ben']]);
  });

  it('MET-08 the file holds all rows, safe for spreadsheets, and the line of what may not be seen', async () => {
    const answer = await fileOf('Ben', `revenue/records?teamId=${north}&${july}&kind=counted`);
    expect([answer.status, answer.disposition]).toEqual([200, 'attachment; filename="revenue-2026-07-01-2026-07-31.csv"']);
    expect(answer.columns).toBe('at,owner,what,kind,reason,amount,link');
    expect(answer.rows[0]).toMatch(/^"2026-07-08T10:00:00.000Z","Ben","Customer of Ben","counted","","250.00","\/sales\//);
    expect(answer.rows[2]).toBe('"","","2 rows that you may not see","counted","","300.00",""');
  });

  it('MET-08 REP-13 (header) above the rows the file says what it is: metric, whose, which days, as known when, formula and value; its sums work it out again', async () => {
    const answer = await fileOf('Ben', `win_rate/records?teamId=${north}&${july}`);
    const head = new Map(answer.head.map((line) => /^"(.*?)","(.*)"$/.exec(line)?.slice(1, 3) as [string, string]));
    const told = (...names: string[]) => names.map((name) => head.get(name));
    expect(told('metric', 'label', 'version', 'value', 'unit')).toEqual(['win_rate', 'Win rate', '1', '100', 'percent']);
    expect(told('scope', 'team id', 'owner id')).toEqual([
      "North with its teams below; a person's facts count while the person belonged",
      north,
      undefined,
    ]);
    expect(told('from', 'to', 'time zone', 'filter')).toEqual(['2026-07-01', '2026-07-31', 'Europe/Berlin', 'counted and left out']);
    // Ben and Bea won one deal each and lost none: 2 / (2 + 0) * 100
    expect(told('won: sum counted', 'lost: sum counted')).toEqual(['2', '0']);
    expect(told('formula', 'calculation')).toEqual(['Deals won / (Deals won + Deals lost) × 100', '2 / (2 + 0) × 100 = 100 %']);
    expect(told('rows below', 'rows below are')).toEqual(['won', 'Deals won']);
    expect(Date.parse(head.get('as of') as string)).not.toBeNaN();
    expect(Date.parse(head.get('computed at') as string)).not.toBeNaN();
    const lost = await fileOf('Ben', `calls_completed/records?teamId=${north}&${july}&reason=outcome_no_show`);
    expect(lost.head).toContain('"filter","left out: did not take place: nobody came"');
    expect(lost.rows.at(-1)).toBe('"","","1 rows that you may not see","left_out","","1",""');
  });

  /** A file by its parts: what stands above the empty line, the columns, the rows. Reading as text takes the mark of UTF-8 away. */
  const fileOf = async (who: string, path: string) => {
    const answer = await fetch(`${api.url}/api/metrics/${path}&format=csv`, { headers: { authorization: `Bearer ${tokens[who]}` } });
    const lines = (await answer.text()).split('\r\n');
    const empty = lines.indexOf('');
    return {
      status: answer.status,
      disposition: answer.headers.get('content-disposition'),
      head: lines.slice(0, Math.max(empty, 0)),
      columns: lines[empty + 1],
      rows: lines.slice(empty + 2, -1),
    };
  };

  it('MET-08 asked again with its instant a receipt gives the number, whatever was corrected since; the changes since then add up to the difference', async () => {
    const before = (await read('Ada', `calls_completed/receipt?${july}`)).body;
    const open = (await read('Ada', `open_qualified_pipeline_value/receipt?${july}`)).body;
    expect([before.value.value, open.value.value]).toEqual(['6', '300.00']);
    await api.call('PATCH', `/api/activities/${made['Ben call']}`, {
      token: tokens['Ada'] as string,
      body: { completedAt: null, outcome: 'cancelled', scheduledAt: '2026-07-02T10:00:00Z' },
    });
    await api.call('PATCH', `/api/activities/${made['Bea call']}`, { token: tokens['Ada'] as string, body: { note: 'Corrected' } });
    await post('/api/activities', { type: 'call', ownerId: ids['Cleo'], completedAt: '2026-07-20T10:00:00Z' });
    await post('/api/activities', { type: 'call', ownerId: ids['Cleo'], completedAt: '2026-07-21T10:00:00Z' });
    await api.call('PATCH', `/api/pipeline-items/${made['Bea deal']}`, {
      token: tokens['Ada'] as string,
      body: { value: { amount: '175.00', currency: 'USD' }, occurredAt: '2026-07-25T10:00:00Z' },
    });
    await api.call('PATCH', `/api/pipeline-items/${made['Ben deal']}`, {
      token: tokens['Ada'] as string,
      body: { stage: 'lost', occurredAt: '2026-07-26T10:00:00Z' },
    });
    for (const [receipt, metric] of [
      [before, 'calls_completed'],
      [open, 'open_qualified_pipeline_value'],
    ] as const) {
      const again = (await read('Ada', `${metric}/receipt?${july}&asOf=${receipt.asOf}`)).body;
      expect({ ...again, computedAt: '' }).toEqual({ ...receipt, computedAt: '' });
    }
    const calls = (await read<MetricChanges>('Ada', `calls_completed/receipt/changes?${july}&since=${before.asOf}`)).body;
    expect([calls.before.value, calls.after.value, calls.parts[0]?.difference.value]).toEqual(['6', '7', '1']); // - 1 cancelled + 2 new
    expect(calls.parts[0]?.rows.map(({ change, reason, rows, amount }) => [change, reason, rows, amount.value])).toEqual([
      ['entered', 'new', 2, '2'],
      ['corrected', 'corrected', 1, '0'],
      ['left', 'outcome_cancelled', 1, '-1'],
    ]);
    const value = (await read<MetricChanges>('Ada', `open_qualified_pipeline_value/receipt/changes?${july}&since=${open.asOf}`)).body;
    expect([value.before.value, value.after.value]).toEqual(['300.00', '275.00']); // 100 + 175
    expect(value.items.map(({ change, reasonText, what, difference }) => [change, reasonText, what, difference.value])).toEqual([
      ['left', 'was lost', 'Deal of Ben · Customer of Ben', '-100.00'],
      ['changed', 'has another amount', 'Deal of Bea · Customer of Bea', '75.00'],
    ]);
    expect(value.parts[0]?.difference.value).toBe('-25.00');
  });

  it('MET-08 SEC-01 for every role, metric and scope no id and no name of a row outside of the reach leaves', async () => {
    const paths = [...metrics.values()].flatMap((metric) => [
      `${metric.key}/receipt?${july}`,
      `${metric.key}/receipt/changes?${july}&since=2026-08-01T00:00:00Z`,
      ...receiptParts(metric).map(({ key }) => `${metric.key}/records?${july}&part=${key}`),
    ]);
    const signs = (name: string) => [
      `of ${name}`,
      `contact-of-${name.toLowerCase()}`,
      `"name":"${name}"`,
      ids[name] as string,
      made[`${name} deal`] as string,
      made[`${name} call`] as string,
    ];
    let seen = '';
    for (const who of ['Lea', 'Ben', 'Cleo'] as const)
      for (const scope of who === 'Cleo' ? [''] : ['', `&teamId=${north}`])
        for (const path of paths) {
          const answer = await read<object>(who, `${path}${scope}`);
          expect([who, path, answer.status]).toEqual([who, path, 200]);
          const text = JSON.stringify(answer.body);
          seen += text;
          for (const name of ['Ben', 'Bea', 'Cleo'] as const)
            if (!reach[who].includes(name)) expect([who, path, signs(name).filter((sign) => text.includes(sign))]).toEqual([who, path, []]);
        }
    // The signs are such as rows show: those that may be seen were there.
    for (const name of ['Ben', 'Bea', 'Cleo']) expect([name, signs(name).filter((sign) => !seen.includes(sign))]).toEqual([name, []]);
  });

  it('SEC-01 people of other teams and of other organisations get the receipts of nobody outside of their reach', async () => {
    for (const path of ['receipt?', 'records?', 'receipt/changes?since=2026-08-01T00:00:00Z&']) {
      expect((await read('Cleo', `revenue/${path}${july}&ownerId=${ids['Ben']}`)).status).toBe(404);
      expect((await read('Lea', `revenue/${path}${july}&ownerId=${ids['Cleo']}`)).status).toBe(404);
      expect((await read('Cora', `revenue/${path}${july}`)).status).toBe(403);
      expect((await read('Zoe', `revenue/${path}${july}&ownerId=${ids['Ben']}`)).status).toBe(404);
      expect((await read('Zoe', `revenue/${path}${july}&teamId=${north}`)).status).toBe(404);
      const own = await read<object>('Zoe', `revenue/${path}${july}`);
      expect([own.status, JSON.stringify(own.body).includes('Ben')]).toEqual([200, false]);
    }
  });

  it('PLAT-08 (receipts) refuses what makes no sense, naming the field', async () => {
    const cases: [string, number, string | undefined][] = [
      [`nonsense/receipt?${july}`, 404, undefined],
      ['revenue/receipt?from=2026-07-31&to=2026-07-01', 400, 'to'],
      [`revenue/records?${july}&part=none`, 400, 'part'],
      [`revenue/records?${july}&kind=some`, 400, 'kind'],
      [`revenue/records?${july}&cursor=x`, 400, 'cursor'],
      [`revenue/records?${july}&limit=0`, 400, 'limit'],
      [`revenue/receipt/changes?${july}`, 400, 'since'],
      [`revenue/receipt/changes?${july}&since=2026-08-02T00:00:00Z&asOf=2026-08-01T00:00:00Z`, 400, 'since'],
      [`revenue/records?${july}&reason=%00`, 400, 'reason'],
    ];
    for (const [path, status, field] of cases) {
      const answer = await read<object>('Ada', path);
      expect([path, answer.status, answer.body.errors?.[0]?.field]).toEqual([path, status, field]);
    }
  });

  it('MET-08 the number of statements of a receipt does not grow with its rows', async () => {
    const ask = (path: string) => countStatements(async () => void (await read('Ada', path))).then(({ count }) => count);
    const few = [await ask('revenue/receipt?from=2020-01-01&to=2020-01-31'), await ask('revenue/records?from=2020-01-01&to=2020-01-31')];
    await database.admin.query(
      `insert into sales (tenant_id, owner_id, occurred_at, known_at, amount_minor, currency) select $1, $2, '2020-01-10', '2026-08-15', n, 'USD' from generate_series(1, 500) n`,
      [tenantId, ids['Ben']],
    );
    const many = [await ask('revenue/receipt?from=2020-01-01&to=2020-01-31'), await ask('revenue/records?from=2020-01-01&to=2020-01-31')];
    expect(many).toEqual(few);
    expect(few[0]).toBeGreaterThan(0);
  });
});
