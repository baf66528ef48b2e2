import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ExchangeRate, MetricReading, PipelineEventPage, PipelineItem, Problem, Sale, SalePage } from '@waymark/contracts';
import { testDatabase, type TestDatabase } from '@waymark/testing';
import { Recomputation } from '../../metrics/recomputation.service.js';
import { type RunningApi, createTenant, signInAs, startApi, startWorker } from '../../testing/start-api.js';

const usd = (amount: string) => ({ amount, currency: 'USD' });
const eur = (amount: string) => ({ amount, currency: 'EUR' });

describe('sales', () => {
  let database: TestDatabase;
  let api: RunningApi;
  let worker: Awaited<ReturnType<typeof startWorker>>;
  let tenantId: string;
  let ids: Record<string, string>;
  const tokens: Record<string, string> = {};

  beforeAll(async () => {
    database = await testDatabase();
    worker = await startWorker(database);
    api = await startApi(database);
    const people = [
      { name: 'Ada', roles: ['admin'] },
      { name: 'Ben', roles: ['member'] },
      { name: 'Cleo', roles: ['member'] },
      { name: 'Dee', roles: ['member'] },
    ];
    const tenant = await createTenant(database, { slug: 'sold', zone: 'America/New_York', people });
    tenantId = tenant.tenantId;
    ids = tenant.userIds;
    await database.admin.query(
      `insert into pipeline_stages (tenant_id, key, label, position, family, kind, qualified) values ($1, 'open', 'Open', 1, 'DEAL', 'deal', false),
         ($1, 'sure', 'Sure', 2, 'DEAL', 'deal', true), ($1, 'won', 'Won', 3, 'WON', 'won', false)`,
      [tenantId],
    );
    for (const { name } of people) tokens[name] = await signInAs(api, 'sold', ids[name] as string);
  });

  afterAll(async () => {
    await worker.close();
    await api.close();
    await database.drop();
  });

  const call = <T = Sale & Problem>(who: string, method: string, path: string, body?: unknown) =>
    api.call<T>(method, `/api${path}`, { token: tokens[who] as string, ...(body === undefined ? {} : { body }) });
  const made = async (who: string, body: object): Promise<Sale> => {
    const answer = await call(who, 'POST', '/sales', body);
    expect([answer.status, answer.body.detail]).toEqual([201, undefined]);
    return answer.body;
  };
  const refusal = (answer: { status: number; body: Problem }) => [
    answer.status,
    ...(answer.body.errors ?? []).map(({ field, code }) => `${field} ${code}`),
  ];
  const share = (name: string, percent: string) => ({ userId: ids[name], share: percent });
  /** Revenue of a month: of a person, or of everybody. */
  const revenue = async (month: string, name?: string) => {
    await worker.app.get(Recomputation).drain(tenantId);
    const path = `/metrics/revenue/value?from=${month}-01&to=${month}-28${name ? `&ownerId=${ids[name]}` : ''}`;
    const { value } = (await call<MetricReading>('Ada', 'GET', path)).body;
    return value.value ?? value.reason;
  };
  const credited = (sale: Sale) =>
    sale.shares.map(({ user, share: percent, amount, counted }) => [user.name, percent, amount.amount, counted?.amount]);

  it('SRC-06 (sales) SRC-13 a sale entered by hand carries author and note; a refund is negative; none lies ahead', async () => {
    const sale = await made('Ben', { amount: usd('100.50'), occurredAt: '2026-03-02T15:00:00Z', note: 'At the fair' });
    expect(sale).toMatchObject({
      owner: { name: 'Ben' },
      amount: usd('100.50'),
      counted: usd('100.50'),
      rate: null,
      note: 'At the fair',
      recordedBy: 'Ben',
      version: 1,
    });
    expect(credited(sale)).toEqual([['Ben', '100', '100.50', '100.50']]);
    await made('Ben', { amount: usd('-0.50'), occurredAt: '2026-03-03T15:00:00Z' });
    expect(await revenue('2026-03', 'Ben')).toBe('100.00');
    const ahead = new Date(Date.now() + 86_400_000).toISOString();
    expect(refusal(await call('Ben', 'POST', '/sales', { amount: usd('1.00'), occurredAt: ahead }))).toEqual([400, 'occurredAt future']);
    expect(refusal(await call('Ben', 'POST', '/sales', { amount: usd('1.00'), ownerId: ids['Cleo'] }))).toEqual([400, 'ownerId unknown']);
  });

  it('SRC-06 (sales) a correction is a new version under the same id; members see their own', async () => {
    const sale = await made('Ben', { amount: usd('10.00'), occurredAt: '2026-04-02T15:00:00Z', externalId: 'S-1' });
    const fixed = await call('Ben', 'PATCH', `/sales/${sale.id}`, { amount: usd('12.00'), occurredAt: '2026-04-03T15:00:00Z' });
    expect(fixed.body).toMatchObject({ id: sale.id, version: 2, amount: usd('12.00'), externalId: 'S-1' });
    expect(await revenue('2026-04')).toBe('12.00');
    expect((await call('Cleo', 'GET', `/sales/${sale.id}`)).status).toBe(404);
    expect((await call('Cleo', 'PATCH', `/sales/${sale.id}`, { note: 'x' })).status).toBe(404);
    expect((await call('Ben', 'POST', '/sales', { amount: usd('1.00'), externalId: 'S-1' })).status).toBe(409);
    const own = await call<SalePage>('Ben', 'GET', '/sales?from=2026-04-03&to=2026-04-03');
    expect(own.body.items.map(({ id }) => id)).toEqual([sale.id]);
  });

  it('SRC-07 two people share a sale 60 / 40: the shares add to it to the cent, each is seen and counted by the share', async () => {
    // 10.01 * 60 % = 6.006 and 10.01 * 40 % = 4.004: the cent left goes to the larger remainder
    const sale = await made('Ben', { amount: usd('10.01'), occurredAt: '2026-05-04T15:00:00Z', shares: [share('Ben', '60'), share('Cleo', '40')] });
    expect(credited(sale)).toEqual([
      ['Ben', '60', '6.01', '6.01'],
      ['Cleo', '40', '4.00', '4.00'],
    ]);
    expect([await revenue('2026-05', 'Ben'), await revenue('2026-05', 'Cleo'), await revenue('2026-05')]).toEqual(['6.01', '4.00', '10.01']);
    const listed = await call<SalePage>('Cleo', 'GET', '/sales?limit=200');
    expect(listed.body.items.map(({ id }) => id)).toEqual([sale.id]);
    expect((await call<SalePage>('Ada', 'GET', `/sales?ownerId=${ids['Cleo']}`)).body.items).toHaveLength(1);
    const thirds = [share('Dee', '33.3333'), share('Cleo', '33.3333'), share('Ben', '33.3334')];
    const again = await call('Ben', 'PATCH', `/sales/${sale.id}`, { shares: thirds, amount: usd('0.02') });
    expect(credited(again.body).map(([, , amount]) => amount)).toEqual(['0.01', '0.00', '0.01']);
    expect(await revenue('2026-05')).toBe('0.02');
    const whole = await call('Ben', 'PATCH', `/sales/${sale.id}`, { shares: [] });
    expect(credited(whole.body)).toEqual([['Ben', '100', '0.02', '0.02']]);
    expect([await revenue('2026-05', 'Cleo'), await revenue('2026-05', 'Ben')]).toEqual(['0.00', '0.02']);
  });

  it('SRC-07 refuses shares that do not add to 100 %, repeat a person or name nobody, naming the field', async () => {
    const post = async (...shares: object[]) => refusal(await call('Ben', 'POST', '/sales', { amount: usd('1.00'), shares }));
    expect(await post(share('Ben', '60'), share('Cleo', '39.9999'))).toEqual([400, 'shares sum']);
    expect(await post(share('Ben', '50'), share('Ben', '50'))).toEqual([400, 'shares.1.userId repeated']);
    expect(await post(share('Ben', '100'), share('Cleo', '0'))).toEqual([400, 'shares.1.share min']);
    expect(await post({ userId: tenantId, share: '100' })).toEqual([400, 'shares.0.userId unknown']);
  });

  it('SRC-07 the sale of a won deal can be shared out, keeps its id and its shares when the deal is corrected, and goes when it is re-opened', async () => {
    const deal = await call<PipelineItem>('Ben', 'POST', '/pipeline-items', {
      name: 'Big one',
      stage: 'won',
      value: usd('1000.00'),
      occurredAt: '2026-06-02T15:00:00Z',
    });
    const [sale] = (await call<SalePage>('Ben', 'GET', '/sales?from=2026-06-01&to=2026-06-28')).body.items as [Sale];
    expect(sale).toMatchObject({ item: { name: 'Big one' }, amount: usd('1000.00') });
    expect(refusal(await call('Ben', 'PATCH', `/sales/${sale.id}`, { amount: usd('5.00') }))).toEqual([409, 'amount of_deal']);
    await call('Ben', 'PATCH', `/sales/${sale.id}`, { shares: [share('Cleo', '60'), share('Ben', '40')] });
    expect([await revenue('2026-06', 'Cleo'), await revenue('2026-06', 'Ben')]).toEqual(['600.00', '400.00']);
    await call('Ben', 'PATCH', `/pipeline-items/${deal.body.id}`, { value: usd('0.05') });
    const later = await call('Ben', 'GET', `/sales/${sale.id}`);
    expect(later.body).toMatchObject({ id: sale.id, version: 3, amount: usd('0.05') });
    expect(credited(later.body)).toEqual([
      ['Cleo', '60', '0.03', '0.03'],
      ['Ben', '40', '0.02', '0.02'],
    ]);
    await call('Ben', 'PATCH', `/pipeline-items/${deal.body.id}`, { stage: 'open' });
    expect((await call('Ben', 'GET', `/sales/${sale.id}`)).status).toBe(404);
    expect(await revenue('2026-06')).toBe('0.00');
    expect(await worker.app.get(Recomputation).audit(tenantId)).toEqual([]);
  });

  it('SRC-08 MET-03 two people share a sale 60 / 40 in two currencies with one missing rate: every number is right or says no_rate', async () => {
    const day = '2026-07-06T15:00:00Z';
    const both = [share('Ben', '60'), share('Cleo', '40')];
    const sale = await made('Ben', { amount: eur('10.01'), occurredAt: day, shares: both });
    await made('Ben', { amount: usd('5.00'), occurredAt: day, shares: both });
    await made('Dee', { amount: usd('7.00'), occurredAt: day });
    expect(sale).toMatchObject({ amount: eur('10.01'), counted: null, rate: null, rateOn: null });
    expect(credited(sale)).toEqual([
      ['Ben', '60', '6.01', undefined],
      ['Cleo', '40', '4.00', undefined],
    ]);
    const numbers = async () => [
      await revenue('2026-07', 'Ben'),
      await revenue('2026-07', 'Cleo'),
      await revenue('2026-07', 'Dee'),
      await revenue('2026-07'),
    ];
    expect(await numbers()).toEqual(['no_rate', 'no_rate', '7.00', 'no_rate']);

    const rates = (method: string, path: string, body?: object) => call<ExchangeRate & Problem>('Ada', method, `/exchange-rates${path}`, body);
    const late = await rates('POST', '', { currency: 'EUR', on: '2026-07-07', rate: '2' });
    expect(await numbers()).toEqual(['no_rate', 'no_rate', '7.00', 'no_rate']);
    const rate = await rates('POST', '', { currency: 'EUR', on: '2026-07-01', rate: '1.10' });
    expect([rate.status, rate.body.rate]).toEqual([201, '1.1']);
    // 10.01 * 1.1 = 11.011, counted 11.01: 60 % is 6.606 and 40 % 4.404, so 6.61 and 4.40; beside them 3.00 and 2.00 of the 5.00
    expect(await numbers()).toEqual(['9.61', '6.40', '7.00', '23.01']);
    const rated = await call('Ben', 'GET', `/sales/${sale.id}`);
    expect(rated.body).toMatchObject({ amount: eur('10.01'), counted: usd('11.01'), rate: '1.1', rateOn: '2026-07-01', version: 2 });

    await rates('PATCH', `/${rate.body.id}`, { rate: '1' });
    expect(await numbers()).toEqual(['9.01', '6.00', '7.00', '22.01']); // 6.01 + 3.00, 4.00 + 2.00
    expect((await rates('DELETE', `/${rate.body.id}`)).status).toBe(204);
    expect(await numbers()).toEqual(['no_rate', 'no_rate', '7.00', 'no_rate']);
    expect((await rates('DELETE', `/${late.body.id}`)).status).toBe(204);
    expect(await worker.app.get(Recomputation).audit(tenantId)).toEqual([]);
  });

  it('SRC-08 MET-03 two people share a deal 60 / 40 in two currencies with one missing rate: open and won it is right or says no_rate', async () => {
    const rates = (method: string, path: string, body?: object) => call<ExchangeRate & Problem>('Ada', method, `/exchange-rates${path}`, body);
    const open = async (name?: string) => {
      await worker.app.get(Recomputation).drain(tenantId);
      const scope = name ? `&ownerId=${ids[name]}` : '';
      const { value } = (
        await call<MetricReading>('Ada', 'GET', `/metrics/open_qualified_pipeline_value/value?from=2026-09-01&to=2026-09-28${scope}`)
      ).body;
      return value.value ?? value.reason;
    };
    const deal = async (who: string, value: object) =>
      (await call<PipelineItem>(who, 'POST', '/pipeline-items', { name: 'Abroad', stage: 'sure', value, occurredAt: '2026-09-07T15:00:00Z' })).body;
    const path = (item: PipelineItem) => `/pipeline-items/${item.id}`;
    const read = async (item: PipelineItem) => (await call<PipelineItem>('Ben', 'GET', path(item))).body;
    const abroad = await deal('Ben', eur('10.01'));
    await deal('Ben', usd('5.00'));
    await deal('Dee', usd('7.00'));
    await deal('Dee', eur('0.00'));
    expect(abroad).toMatchObject({ value: eur('10.01'), counted: null, rate: null, rateOn: null });
    expect([await open('Ben'), await open('Dee'), await open()]).toEqual(['no_rate', '7.00', 'no_rate']);

    const rate = await rates('POST', '', { currency: 'EUR', on: '2026-09-01', rate: '1.10' });
    // 10.01 * 1.1 = 11.011, counted 11.01; with the 5.00 beside it 16.01, and 7.00 of Dee's
    expect([await open('Ben'), await open('Dee'), await open()]).toEqual(['16.01', '7.00', '23.01']);
    expect(await read(abroad)).toMatchObject({ value: eur('10.01'), counted: usd('11.01'), rate: '1.1', rateOn: '2026-09-01' });
    const events = (await call<PipelineEventPage>('Ben', 'GET', `${path(abroad)}/events`)).body.items;
    expect(events.map(({ counted, rate: by, knownTo }) => [counted?.amount, by, knownTo === null])).toEqual([
      [undefined, null, false],
      ['11.01', '1.1', true],
    ]);

    await call('Ben', 'PATCH', path(abroad), { stage: 'won', occurredAt: '2026-09-09T15:00:00Z' });
    const [sale] = (await call<SalePage>('Ben', 'GET', '/sales?from=2026-09-09&to=2026-09-09')).body.items as [Sale];
    expect(sale).toMatchObject({ amount: eur('10.01'), counted: usd('11.01'), rate: '1.1', item: { id: abroad.id } });
    await call('Ben', 'PATCH', `/sales/${sale.id}`, { shares: [share('Ben', '60'), share('Cleo', '40')] });
    // 60 % of 11.01 is 6.606 and 40 % 4.404: 6.61 and 4.40
    const won = async () => [await revenue('2026-09', 'Ben'), await revenue('2026-09', 'Cleo'), await revenue('2026-09'), await open('Ben')];
    expect(await won()).toEqual(['6.61', '4.40', '11.01', '5.00']);
    await rates('PATCH', `/${rate.body.id}`, { rate: '2' });
    expect(await won()).toEqual(['12.01', '8.01', '20.02', '5.00']); // 12.012 and 8.008 of 20.02
    await call('Ben', 'PATCH', path(abroad), { value: eur('0.05'), occurredAt: '2026-09-09T16:00:00Z' });
    const later = (await call('Ben', 'GET', `/sales/${sale.id}`)).body;
    expect(later).toMatchObject({ amount: eur('0.05'), counted: usd('0.10') });
    expect(credited(later)).toEqual([
      ['Ben', '60', '0.03', '0.06'],
      ['Cleo', '40', '0.02', '0.04'],
    ]);
    expect((await rates('DELETE', `/${rate.body.id}`)).status).toBe(204);
    expect(await won()).toEqual(['no_rate', 'no_rate', 'no_rate', '5.00']);
    expect((await read(abroad)).counted).toBeNull();
    await call('Ben', 'PATCH', path(abroad), { value: usd('1.00') }); // said today: the sale stays on the day on which it was won
    expect(await won()).toEqual(['0.60', '0.40', '1.00', '5.00']);
    expect((await call('Ben', 'GET', `/sales/${sale.id}`)).body.occurredAt).toBe('2026-09-09T15:00:00.000Z');
    expect(await worker.app.get(Recomputation).audit(tenantId)).toEqual([]);
  });

  it('SRC-08 refuses rates that cannot be, and whoever may not keep them', async () => {
    const post = async (body: object, who = 'Ada') => refusal(await call<Problem & Sale>(who, 'POST', '/exchange-rates', body));
    expect(await post({ currency: 'USD', on: '2026-01-01', rate: '1' })).toEqual([400, 'currency own']);
    expect(await post({ currency: 'GBP', on: '2026-01-01', rate: '0' })).toEqual([400, 'rate min']);
    expect(await post({ currency: 'GBP', on: '2026-01-01', rate: '1000000.1' })).toEqual([400, 'rate max']);
    expect(await post({ currency: 'GBP', on: '2999-01-01', rate: '1' })).toEqual([400, 'on future']);
    expect(await post({ currency: 'GBP', on: '2026-01-01', rate: '1' }, 'Ben')).toEqual([403]);
    expect(await post({ currency: 'GBP', on: '2026-01-01', rate: '1.25' })).toEqual([201]);
    expect(await post({ currency: 'GBP', on: '2026-01-01', rate: '1.25' })).toEqual([409]);
    const huge = { amount: { amount: '9000000000000.00', currency: 'GBP' }, occurredAt: '2026-08-03T15:00:00Z' };
    expect((await call('Ben', 'POST', '/sales', huge)).status).toBe(422);
  });
});
