import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { testDatabase, type TestDatabase } from '@waymark/testing';
import { listOrganisations, suspendOrganisation } from '../organisation.js';
import { UnitOfWork } from '../platform/database/unit-of-work.js';
import { JobRegistry } from '../platform/jobs/job-registry.js';
import { createTenant, type RunningApi, signInAs, startApi, startWorker } from '../testing/start-api.js';
import { hashPassword } from './passwords.service.js';

interface Refusal {
  code: string;
  detail: string;
  params?: { reason?: string };
}

describe('a suspended organisation', () => {
  let database: TestDatabase;
  let api: RunningApi;
  let worker: Awaited<ReturnType<typeof startWorker>>;
  let north: { tenantId: string; userIds: Record<string, string> };
  let south: { tenantId: string; userIds: Record<string, string> };
  const password = 'correct horse battery';

  beforeAll(async () => {
    database = await testDatabase();
    const passwordHash = await hashPassword(password);
    const people = [{ name: 'Ada', roles: ['admin'], email: 'ada@example.example', passwordHash }];
    north = await createTenant(database, { slug: 'north', people });
    south = await createTenant(database, { slug: 'south', people });
    api = await startApi(database);
    worker = await startWorker(database);
  });

  afterAll(async () => {
    await worker.close();
    await api.close();
    await database.drop();
  });

  const signIn = (organisation: string) =>
    api.call<Refusal & { accessToken: string }>('POST', '/api/auth/sign-in', { body: { organisation, email: 'ada@example.example', password } });
  const suspend = (slug: string, suspended = true) => suspendOrganisation(database.adminUrl, slug, suspended);

  it('PLAT-02 (tenants) refuses the people of a suspended organisation from their next request on, in words; the neighbour works on', async () => {
    const token = await signInAs(api, 'north', north.userIds['Ada'] as string);
    const neighbour = await signInAs(api, 'south', south.userIds['Ada'] as string);
    expect((await api.call('GET', '/api/me', { token })).status).toBe(200);
    expect(await suspend('north')).toBe('changed');
    expect(await suspend('north')).toBe('unchanged');
    const asked = await api.call<Refusal>('GET', '/api/me', { token });
    const changed = await api.call<Refusal>('POST', '/api/companies', { token, body: { name: 'Acme' } });
    const again = await signIn('north');
    const stranger = await api.call<Refusal>('POST', '/api/auth/sign-in', {
      body: { organisation: 'north', email: 'ada@example.example', password: 'a wrong guess' },
    });
    expect([asked, changed, again].map(({ status, body }) => [status, body.code, body.params?.reason])).toEqual([
      [403, 'forbidden', 'organisation_suspended'],
      [403, 'forbidden', 'organisation_suspended'],
      [403, 'forbidden', 'organisation_suspended'],
    ]);
    expect(asked.body.detail).toContain('suspended');
    // Who does not know the password learns nothing about the organisation.
    expect([stranger.status, stranger.body.code]).toEqual([401, 'unauthenticated']);
    expect([(await api.call('GET', '/api/me', { token: neighbour })).status, (await signIn('south')).status]).toEqual([200, 201]);
    expect(await suspend('north', false)).toBe('changed');
    expect([(await api.call('GET', '/api/me', { token })).status, (await signIn('north')).status]).toEqual([200, 201]);
  });

  it('PLAT-02 (tenants) stops the jobs of a suspended organisation at their next step, and runs them after it (case 10)', async () => {
    const steps: string[] = [];
    const units = worker.app.get(UnitOfWork);
    worker.app.get(JobRegistry).register({
      key: 'suspension-spec',
      run: async ({ tenantId }) => {
        steps.push(`${tenantId === north.tenantId ? 'north' : 'south'} first`);
        if (steps.length === 1) await suspend('north');
        await units.run({ tenantId, separate: true }, async () => void steps.push(`${tenantId === north.tenantId ? 'north' : 'south'} second`));
      },
    });
    const enqueue = (tenantId: string, at: string) =>
      database.admin.query(`insert into job_slots (job, tenant_id, scheduled_for) values ('suspension-spec', $1, $2)`, [tenantId, at]);
    await enqueue(north.tenantId, '2020-01-01T00:00:00Z');
    await enqueue(north.tenantId, '2020-01-02T00:00:00Z');
    await enqueue(south.tenantId, '2020-01-03T00:00:00Z');
    await worker.runner.runAll();
    // The running job got no further than its first step, the second slot never began, the neighbour's ran.
    expect(steps).toEqual(['north first', 'south first', 'south second']);
    await suspend('north', false);
    await database.admin.query('update job_slots set retry_at = now() where tenant_id = $1', [north.tenantId]);
    await worker.runner.runAll();
    expect(steps.slice(3)).toEqual(['north first', 'north second', 'north first', 'north second']);
  });

  it('PLAT-02 (tenants) lists organisations with their state, and leaves a line in the trail of the one that was suspended', async () => {
    await suspend('south');
    const rows = await listOrganisations(database.adminUrl);
    expect(rows.map(({ slug, people, suspendedAt }) => [slug, people, suspendedAt !== null])).toEqual([
      ['north', 1, false],
      ['south', 1, true],
    ]);
    await suspend('south', false);
    const { rows: lines } = await database.admin.query<{ action: string; request_id: string }>(
      `select action, request_id from audit_events where tenant_id = $1 and object_type = 'organisation' order by id`,
      [south.tenantId],
    );
    expect(lines).toEqual([
      { action: 'organisation.suspended', request_id: 'operator' },
      { action: 'organisation.resumed', request_id: 'operator' },
    ]);
    expect(await suspend('nowhere')).toBe('unknown');
  });

  it('PLAT-02 (tenants) gives the application no way to suspend or resume an organisation by itself', async () => {
    await expect(
      worker.app.get(UnitOfWork).run({ tenantId: north.tenantId }, async () => {
        const { currentUnit } = await import('../platform/request-context.js');
        await currentUnit()?.client.query('update tenants set suspended_at = now()');
      }),
    ).rejects.toThrow('permission denied');
  });
});
