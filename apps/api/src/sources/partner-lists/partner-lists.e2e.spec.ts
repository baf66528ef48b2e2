import { describe, expect, it } from '@jest/globals';
import type { Goal, GoalPeriod, IndexWeights, MetricReading, PartnerListDetail, PartnerListPage, PipelineItem, Sale } from '@waymark/contracts';
import { organisationOverHttp } from '../../testing/organisation-over-http.js';

const usd = (amount: string) => ({ amount, currency: 'USD' });
const nobody = '00000000-0000-4000-8000-000000000000';

/** The clock of the organisation stands at noon of 15 August 2026, UTC; in Berlin it is the same day. */
describe('partner lists over HTTP', () => {
  const organisation = organisationOverHttp('lists', { Ben: 'member', Cleo: 'member' });
  const { ids, send, drain, addAs } = organisation;
  const add = <T>(path: string, body: object, who = 'Ada') => addAs<T>(who, path, body);
  const lead = (name: string, stage: string, occurredAt: string, more: object = {}) =>
    add<PipelineItem>('pipeline-items', { name, stage, occurredAt, ownerId: ids['Ben'], ...more });
  const list = (itemId: string, more: object = {}) => add<PartnerListDetail>('partner-lists', { itemId, openedOn: '2026-07-01', ...more });
  const reading = async (metric: string, days = 'from=2026-08-01&to=2026-08-31') => {
    await drain();
    const { status, body } = await send<MetricReading>('Ada', 'GET', `metrics/${metric}/value?${days}`);
    expect(status).toBe(200);
    return body;
  };
  const figures = (body: MetricReading) => Object.fromEntries(body.beside.map(({ key, value }) => [key, value.value]));

  it('SRC-04 a lead gives a list; it is overdue from the day after its due day, and a moved due day keeps its history (Q84)', async () => {
    const item = await lead('Acme', 'AGREEMENT_SIGNED', '2026-07-02T10:00:00Z');
    const made = await list(item.id, { partnerListDueDate: '2026-08-14', partnerListSize: 12 });
    expect(made).toMatchObject({
      name: 'Acme',
      item: { id: item.id },
      owner: { name: 'Ben' },
      state: 'overdue',
      daysOverdue: 1,
      sales: 0,
      version: 1,
    });
    const moved = await send<PartnerListDetail>('Ben', 'PATCH', `partner-lists/${made.id}`, { partnerListDueDate: '2026-08-15' });
    expect(moved.body).toMatchObject({ state: 'open', daysOverdue: 0, partnerListDueDate: '2026-08-15', version: 2 }); // due today is not overdue
    await send('Ben', 'PATCH', `partner-lists/${made.id}`, { note: 'They promised' });
    const again = await send<PartnerListDetail>('Ben', 'PATCH', `partner-lists/${made.id}`, { partnerListDueDate: '2026-08-10' });
    expect(again.body.dueHistory.map(({ dueOn, recordedBy }) => [dueOn, recordedBy])).toEqual([
      ['2026-08-14', 'Ada'],
      ['2026-08-15', 'Ben'],
      ['2026-08-10', 'Ben'],
    ]);
    expect(again.body).toMatchObject({ state: 'overdue', daysOverdue: 5, note: 'They promised' });
    const shown = await send<PipelineItem>('Ada', 'GET', `pipeline-items/${item.id}`);
    expect(shown.body).toMatchObject({
      agreementDate: '2026-07-02',
      partnerListDueDate: '2026-08-10',
      partnerListSize: 12,
      partnerListSentDate: null,
    });
    const overdue = await send<PartnerListPage>('Ada', 'GET', 'partner-lists?state=overdue');
    expect(overdue.body.items.map(({ id }) => id)).toEqual([made.id]);
    await send('Ben', 'PATCH', `partner-lists/${made.id}`, { partnerListSentDate: '2026-08-12' });
  });

  it('SRC-04 MET-02 (overdue partner lists) counts lists past due and tells those without a due day, up to today while the window runs', async () => {
    const late = await list((await lead('Late', 'AGREEMENT_SIGNED', '2026-07-03T10:00:00Z')).id, { partnerListDueDate: '2026-08-13' });
    await list((await lead('Today', 'AGREEMENT_SIGNED', '2026-07-03T10:00:00Z')).id, { partnerListDueDate: '2026-08-15' });
    await list((await lead('Someday', 'AGREEMENT_SIGNED', '2026-07-03T10:00:00Z')).id);
    const gone = await lead('Gone', 'AGREEMENT_SIGNED', '2026-07-03T10:00:00Z');
    const closed = await list(gone.id, { partnerListDueDate: '2026-07-20' });
    await send('Ben', 'PATCH', `pipeline-items/${gone.id}`, { stage: 'lost', occurredAt: '2026-08-01T10:00:00Z' });
    expect((await send<PartnerListDetail>('Ada', 'GET', `partner-lists/${closed.id}`)).body).toMatchObject({
      state: 'closed',
      closedOn: '2026-08-01',
    });
    const now = await reading('overdue_partner_lists');
    // late alone: one is due today, one has no day, one was closed with its lead, the first test's was sent
    expect([now.value.value, figures(now)]).toEqual(['1', { no_due_date: '1' }]);
    const receipt = await send<MetricReading>('Ada', 'GET', 'metrics/overdue_partner_lists/receipt?from=2026-08-01&to=2026-08-31');
    expect(receipt.body.value.value).toBe('1'); // the one that is due today is overdue tomorrow, inside the window
    // On 31 July the closed one was 11 days late; the first test's list was due on 10 August, the others later.
    expect((await reading('overdue_partner_lists', 'from=2026-07-01&to=2026-07-31')).value.value).toBe('1');
    await send('Ben', 'PATCH', `pipeline-items/${gone.id}`, { stage: 'AGREEMENT_SIGNED' });
    expect((await send<PartnerListDetail>('Ada', 'GET', `partner-lists/${closed.id}`)).body).toMatchObject({ state: 'overdue', closedOn: null });
    expect((await reading('overdue_partner_lists')).value.value).toBe('2');
    await send('Ben', 'PATCH', `partner-lists/${closed.id}`, { closedOn: '2026-08-15' });
    await send('Ben', 'PATCH', `partner-lists/${late.id}`, { partnerListSentDate: '2026-08-15', partnerListSize: 5 });
    expect((await reading('overdue_partner_lists')).value.value).toBe('0');
  });

  it('SRC-04 MET-02 (lists out, list size, sales from lists, per list) counts lists, their contacts and their sales, each by its name (Q82)', async () => {
    const giver = await lead('Giver', 'PARTNER_LIST_SENT', '2026-08-03T10:00:00Z');
    const out = await list(giver.id, { partnerListSentDate: '2026-08-04', partnerListSize: 8 });
    const contact = await lead('Partner of Giver', 'lead', '2026-08-05T10:00:00Z', { listId: out.id });
    expect(contact.listId).toBe(out.id);
    const sold = await add<Sale>('sales', { amount: usd('300.00'), ownerId: ids['Ben'], listId: out.id, occurredAt: '2026-08-06T10:00:00Z' });
    expect(sold.list).toEqual({ id: out.id, name: 'Giver' });
    await add('sales', { amount: usd('100.00'), ownerId: ids['Ben'], occurredAt: '2026-08-07T10:00:00Z' });
    // Sent in August: Acme's 12, Late's 5, Giver's 8
    expect((await reading('lists_out')).value.value).toBe('3');
    expect((await reading('average_list_size')).value.display).toBe('8.33'); // (12 + 5 + 8) / 3
    expect((await reading('sales_from_lists')).value.value).toBe('1');
    const perList = await reading('revenue_per_list');
    expect([perList.value.display, perList.marks]).toEqual(['$133.33', ['partial_feed']]); // 400 / 3; the first sale lies in August itself
    expect((await reading('revenue_per_list', 'from=2026-06-01&to=2026-06-30')).value).toMatchObject({ value: null, reason: 'no_feed' });
    expect((await reading('leads_created')).value.value).toBe('0'); // the contact began as one of a list, and is none
    const lists = await send<PartnerListDetail>('Ada', 'GET', `partner-lists/${out.id}`);
    expect(lists.body).toMatchObject({ contacts: 1, sales: 1, firstSaleDate: '2026-08-06', totalSalesFromList: usd('300.00') });
    const told = await send<PipelineItem>('Ada', 'GET', `pipeline-items/${giver.id}`);
    expect(told.body).toMatchObject({ firstSaleDate: '2026-08-06', totalSalesFromList: usd('300.00'), partnerListSentDate: '2026-08-04' });
    await send('Ben', 'PATCH', `pipeline-items/${contact.id}`, { stage: 'won', value: usd('50.00'), occurredAt: '2026-08-08T10:00:00Z' });
    expect((await reading('sales_from_lists')).value.value).toBe('2'); // a contact that is won is a sale of its list
    const filtered = await send<{ items: PipelineItem[] }>('Ada', 'GET', `pipeline-items?listId=${out.id}`);
    expect(filtered.body.items.map(({ name }) => name)).toEqual(['Partner of Giver']);
  });

  it('MET-02 (agreements, outstanding proposals, index) follow the stages of leads; a reversal is a line of its own (Q81, Q85)', async () => {
    const proposal = await lead('Soft', 'PROPOSAL_SENT', '2026-08-10T10:00:00Z');
    const hard = await lead('Hard', 'AGREEMENT_SIGNED', '2026-08-10T10:00:00Z');
    await send('Ben', 'PATCH', `pipeline-items/${hard.id}`, { stage: 'PROPOSAL_SENT', occurredAt: '2026-08-11T10:00:00Z' });
    const agreements = await reading('agreements');
    // August: Giver (a list presupposes it) and Hard; taken back: Hard, and Gone when it was lost, which agreed again when it was opened
    expect([agreements.value.value, figures(agreements)]).toEqual(['2', { reversed: '-2', restored: '1', net: '1' }]);
    expect((await reading('outstanding_proposals')).value.value).toBe('2'); // Soft, and Hard again
    await send('Ben', 'PATCH', `pipeline-items/${proposal.id}`, { stage: 'AGREEMENT_SIGNED', occurredAt: '2026-08-12T10:00:00Z' });
    expect((await reading('outstanding_proposals')).value.value).toBe('1');
    await add('activities', { type: 'call', completedAt: '2026-08-12T10:00:00Z', ownerId: ids['Ben'] });
    // 1 call * 1 + 3 agreements * 3 + 3 lists * 2 + 3 sales * 5 = 31; 10 working days from 3 to 14 August
    const index = await reading('performance_index');
    expect([index.value.value, figures(index)]).toEqual(['31', { calls: '1', agreements: '3', lists: '3', sales: '3', per_working_day: '3.1' }]);
  });

  it('MET-02 (performance index) takes the weights of the organisation from the next reading on; all zero are refused, past instants keep theirs (Q85)', async () => {
    const before = await send<IndexWeights>('Ben', 'GET', 'index-weights');
    expect(before.body).toEqual({ calls: 1, agreements: 3, lists: 2, sales: 5, knownAt: null, version: 1 });
    const then = await reading('performance_index');
    const refused = await send('Ada', 'PATCH', 'index-weights', { calls: 0, agreements: 0, lists: 0, sales: 0 });
    expect([refused.status, refused.body.errors?.[0]?.code]).toEqual([400, 'all_zero']);
    expect((await send('Ben', 'PATCH', 'index-weights', { calls: 7 })).status).toBe(403);
    const changed = await send<IndexWeights>('Ada', 'PATCH', 'index-weights', { calls: 10, sales: 0 });
    expect(changed.body).toMatchObject({ calls: 10, agreements: 3, lists: 2, sales: 0, version: 2 });
    // 1 call * 10 + 3 agreements * 3 + 3 lists * 2 + 3 sales * 0 = 25
    expect((await reading('performance_index')).value.value).toBe('25');
    const asOf = `from=2026-08-01&to=2026-08-31&asOf=${encodeURIComponent(then.computedAt)}`;
    expect((await reading('performance_index', asOf)).value.value).toBe('31');
  });

  it('SRC-04 MET-10 (as known) a list counts as it was known at the instant: before it was told that it was sent it was not', async () => {
    const item = await lead('Past', 'AGREEMENT_SIGNED', '2026-08-01T10:00:00Z');
    const made = await list(item.id, { partnerListDueDate: '2026-08-02' });
    const { rows } = await organisation.database.admin.query<{ at: Date }>('select now() as at');
    await send('Ben', 'PATCH', `partner-lists/${made.id}`, { partnerListSentDate: '2026-08-03' });
    const offset = Number(
      (
        await organisation.database.admin.query<{ o: string }>('select clock_offset_ms::text as o from tenants where id = $1', [
          organisation.tenantId,
        ])
      ).rows[0]?.o,
    );
    const then = new Date((rows[0]?.at.getTime() as number) - offset).toISOString();
    const asOf = `from=2026-08-01&to=2026-08-31&asOf=${encodeURIComponent(then)}`;
    expect([(await reading('overdue_partner_lists', asOf)).value.value, (await reading('overdue_partner_lists')).value.value]).toEqual(['1', '0']);
    expect([(await reading('lists_out', asOf)).value.value, (await reading('lists_out')).value.value]).toEqual(['3', '4']);
  });

  it('MET-05 a goal on overdue lists follows a list that is sent', async () => {
    const period = await add<GoalPeriod>('goal-periods', { name: 'August', kind: 'monthly', startsOn: '2026-08-01', endsOn: '2026-08-31' });
    await send('Ada', 'PATCH', `goal-periods/${period.id}`, { state: 'active' });
    const goal = await add<Goal>('goals', { name: 'Lists', periodId: period.id, userId: ids['Ben'], metric: 'lists_out', target: '5' });
    const item = await lead('Fifth', 'AGREEMENT_SIGNED', '2026-08-13T10:00:00Z');
    const made = await list(item.id);
    await send('Ben', 'PATCH', `partner-lists/${made.id}`, { partnerListSentDate: '2026-08-14' });
    await drain();
    expect((await send<Goal>('Ada', 'GET', `goals/${goal.id}`)).body.value.value).toBe('5');
  });

  it('SRC-04 refuses what cannot be: days ahead, a send before the agreement, a contact that gives lists, people and lists of others', async () => {
    const item = await lead('Bad', 'AGREEMENT_SIGNED', '2026-08-13T10:00:00Z');
    const refused = async (body: object, who = 'Ada') => {
      const answer = await send('' + who, 'POST', 'partner-lists', body);
      return [answer.status, answer.body.errors?.map(({ field, code }) => `${field} ${code}`).join()];
    };
    const out = (await send<PartnerListPage>('Ada', 'GET', 'partner-lists?state=sent')).body.items[0] as { id: string };
    const contact = await lead('Contact', 'lead', '2026-08-13T10:00:00Z', { listId: out.id });
    expect(await refused({ itemId: item.id, partnerListSentDate: '2026-08-16' })).toEqual([400, 'partnerListSentDate future']);
    expect(await refused({ itemId: item.id, openedOn: '2026-08-10', partnerListSentDate: '2026-08-09' })).toEqual([400, 'partnerListSentDate order']);
    expect(await refused({ itemId: item.id, closedOn: '2026-09-01' })).toEqual([400, 'closedOn future']);
    expect(await refused({ itemId: contact.id })).toEqual([400, 'itemId partner']);
    expect(await refused({ itemId: nobody })).toEqual([400, 'itemId unknown']);
    expect(await refused({ itemId: item.id }, 'Cleo')).toEqual([400, 'itemId unknown']);
    expect(await refused({ itemId: item.id, ownerId: ids['Cleo'] }, 'Ben')).toEqual([400, 'ownerId unknown']);
    expect(await refused({ itemId: item.id, partnerListSize: -1 })).toEqual([400, 'partnerListSize min']);
    expect((await send('Cleo', 'GET', `partner-lists/${out.id}`)).status).toBe(404);
    expect((await send('Cleo', 'PATCH', `partner-lists/${out.id}`, { note: 'x' })).status).toBe(404);
    expect((await send<PartnerListPage>('Cleo', 'GET', 'partner-lists')).body.items).toEqual([]);
    const stolen = await send('Cleo', 'POST', 'sales', { amount: usd('1.00'), listId: out.id });
    expect([stolen.status, stolen.body.errors?.[0]?.field]).toEqual([400, 'listId']);
    await add('partner-lists', { itemId: item.id, externalId: 'L-1' });
    expect((await refused({ itemId: item.id, externalId: 'L-1' }))[0]).toBe(409);
  });

  it('SRC-04 pages go on where the one before ended', async () => {
    const all = (await send<PartnerListPage>('Ada', 'GET', 'partner-lists')).body.items.map(({ id }) => id);
    const first = await send<PartnerListPage>('Ada', 'GET', 'partner-lists?limit=3');
    const rest = await send<PartnerListPage>('Ada', 'GET', `partner-lists?limit=200&cursor=${first.body.nextCursor}`);
    expect([...first.body.items, ...rest.body.items].map(({ id }) => id)).toEqual(all);
    expect([all.length >= 7, rest.body.nextCursor]).toEqual([true, null]);
  });
});
