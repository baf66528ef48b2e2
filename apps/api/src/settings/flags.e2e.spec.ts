import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, Get, Injectable, Module } from '@nestjs/common';
import type { FlagSettings, Me, Problem } from '@waymark/contracts';
import { testDatabase, type TestDatabase } from '@waymark/testing';
import { Access } from '../access/access.decorator.js';
import { Feature } from '../platform/features/feature.decorator.js';
import { JobRegistry } from '../platform/jobs/job-registry.js';
import { JobRunner } from '../platform/jobs/job-runner.js';
import { stages } from '../stages.js';
import { createTenant, type RunningApi, signInAs, startApi, startWorker } from '../testing/start-api.js';

let ran = 0;

@Controller('milestones-of-this-spec')
class MilestonesController {
  @Get()
  @Access('session.own')
  @Feature('feature_milestones')
  list(): { items: string[] } {
    return { items: ['first'] };
  }
}

@Injectable()
class MilestoneJobs {
  constructor(registry: JobRegistry) {
    registry.register({ key: 'milestones-of-this-spec', feature: 'feature_milestones', run: async () => void (ran += 1) });
  }
}

@Module({ controllers: [MilestonesController], providers: [MilestoneJobs] })
class MilestonesOfThisSpec {}

describe('features', () => {
  let database: TestDatabase;
  let api: RunningApi;
  let worker: Awaited<ReturnType<typeof startWorker>>;
  const tenants: Record<string, { tenantId: string; admin: string; rep: string }> = {};

  beforeAll(async () => {
    stages.push(MilestonesOfThisSpec as never);
    database = await testDatabase();
    api = await startApi(database);
    worker = await startWorker(database);
    for (const slug of ['north', 'south']) {
      const people = [
        { name: 'Ada', roles: ['admin'] },
        { name: 'Rob', roles: ['member'] },
      ];
      const { tenantId, userIds } = await createTenant(database, { slug, people });
      tenants[slug] = {
        tenantId,
        admin: await signInAs(api, slug, userIds['Ada'] as string),
        rep: await signInAs(api, slug, userIds['Rob'] as string),
      };
    }
  }, 120_000);

  afterAll(async () => {
    stages.pop();
    await worker?.close();
    await api?.close();
    await database?.drop();
  });

  const token = (slug: string, who: 'admin' | 'rep' = 'admin') => ({ token: tenants[slug]?.[who] as string });
  const visit = (slug: string) => api.call<Problem & { items?: string[] }>('GET', '/api/milestones-of-this-spec', token(slug, 'rep'));
  const runIn = async (slug: string) => {
    await database.admin.query(
      `insert into job_slots (job, tenant_id, scheduled_for, subject_id) values ('milestones-of-this-spec', $1, now(), uuidv7())`,
      [tenants[slug]?.tenantId],
    );
    const before = ran;
    await worker.app.get(JobRunner).runAll();
    return ran - before;
  };
  const set = (slug: string, flags: object, who: 'admin' | 'rep' = 'admin') =>
    api.call<FlagSettings & Problem>('PATCH', '/api/flags', { ...token(slug, who), body: flags });

  it('PLAT-03 milestones and leaderboard are off, reporting is on, until an administrator says otherwise', async () => {
    const flags = await api.call<FlagSettings>('GET', '/api/flags', token('north'));
    expect(flags.body).toEqual({ feature_milestones: false, feature_leaderboard: false, feature_reporting: true, version: 1 });
    const me = await api.call<Me>('GET', '/api/me', token('north', 'rep'));
    expect(me.body.features).toEqual({ feature_milestones: false, feature_leaderboard: false, feature_reporting: true });
    expect((await set('north', { feature_milestones: true }, 'rep')).status).toBe(403);
    expect((await set('north', { feature_unknown: true })).status).toBe(400);
    expect((await set('north', { feature_milestones: 'yes' })).body.errors?.[0]?.field).toBe('feature_milestones');
  });

  it('PLAT-03 off: the operation answers feature_disabled and the job skips the organisation; on: both work, there alone', async () => {
    const refused = await visit('north');
    expect([refused.status, refused.body.code]).toEqual([403, 'feature_disabled']);
    expect(await runIn('north')).toBe(0);
    const on = await set('north', { feature_milestones: true });
    expect(on.body).toMatchObject({ feature_milestones: true, feature_reporting: true, version: 2 });
    expect((await visit('north')).body.items).toEqual(['first']);
    expect(await runIn('north')).toBe(1);
    expect((await visit('south')).status).toBe(403);
    expect(await runIn('south')).toBe(0);
    const me = await api.call<Me>('GET', '/api/me', token('north', 'rep'));
    expect(me.body.features.feature_milestones).toBe(true);
    await set('north', { feature_milestones: false });
    expect((await visit('north')).status).toBe(403);
    const { rows } = await database.admin.query(
      `select before, after from audit_events where tenant_id = $1 and action = 'settings.changed' order by id`,
      [tenants['north']?.tenantId],
    );
    expect(rows).toEqual([
      { before: { feature_milestones: false }, after: { feature_milestones: true } },
      { before: { feature_milestones: true }, after: { feature_milestones: false } },
    ]);
  });
});
