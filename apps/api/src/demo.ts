import type { INestApplicationContext } from '@nestjs/common';
import { demoPolicy } from '@waymark/gates';
import { parseDecimal } from '@waymark/kernel';
import { join } from 'node:path';
import { Enforcement } from './gates/enforcement.service.js';
import { PoliciesService } from './gates/policies.service.js';
import { GoalsService } from './goals/goals.service.js';
import { PeriodsService } from './goals/periods.service.js';
import { presets } from './imports/presets.js';
import { Recomputation } from './metrics/recomputation.service.js';
import { asAdmin, beginDemo, finishDemo } from './demo-organisation.js';
import { Db } from './platform/database/db.js';
import { currentContext } from './platform/request-context.js';
import { importFile, loadCrmSales } from './sources/crm-sales.js';

const hardware = { slug: 'hardware', name: 'Hardware Sales (demo)', loadingName: 'Hardware Sales (demo, loading)', zone: 'UTC' };
const history = '2017-06-30T09:00:00Z';
const target = '100000.00';

export const demoToday = '2017-09-05';

export interface DemoOptions {
  ownerUrl: string;
  /** Folder with the shipped files. */
  folder: string;
  password: string;
  /** Day on which the demo's clock opens, at 09:00 UTC. */
  today: string;
  reset: boolean;
}

/**
 * Loads the demo organisation: the real export through the public import, then period, goals, policy and publication as history (Q99, Q100).
 * Answers false when a whole demo is there already. Never touches an organisation of that name which is no demo.
 */
export async function loadDemo(app: INestApplicationContext, options: DemoOptions): Promise<boolean> {
  const now = new Date(`${options.today}T09:00:00Z`);
  const begun = await beginDemo(hardware, { ...options, now });
  if (begun === null) return false;
  const { tenantId, adminId } = begun;
  await importFacts(app, { tenantId, requestedBy: adminId }, options);
  await app.get(Recomputation).drain(tenantId);
  await asAdmin(app, tenantId, adminId, () => loadGoals(app));
  await asAdmin(app, tenantId, adminId, () => loadPolicy(app));
  await finishDemo(options.ownerUrl, tenantId, hardware.name);
  return true;
}

async function importFacts(app: INestApplicationContext, who: { tenantId: string; requestedBy: string }, options: DemoOptions): Promise<void> {
  const done = await loadCrmSales(app, { ...who, folder: join(options.folder, 'crm-sales'), until: options.today });
  const pipeline = presets.find((preset) => preset.key === 'crm-sales-pipeline')?.mapping;
  const mapping = { ...pipeline, fields: { ...pipeline?.fields, note: { constant: 'Added for the demo; no part of the export.' } } };
  done.push(await importFile(app, { ...who, file: join(options.folder, 'demo-deals.csv'), mapping, dryRun: false }));
  for (const file of done)
    if (file.state !== 'done' || file.counts?.errors)
      throw new Error(`${file.fileName}: ${file.failure ?? `${file.counts?.errors} rows could not be imported`}`);
}

/** The quarter with the same revenue target for every agent; each team's target is the sum of its members' (Q100). */
async function loadGoals(app: INestApplicationContext): Promise<string> {
  const db = app.get(Db);
  const { tenantId } = currentContext();
  const periods = app.get(PeriodsService);
  const period = await periods.create({ name: '2017-Q3', kind: 'quarterly', startsOn: '2017-07-01', endsOn: '2017-09-30' });
  await periods.change(period.id, { state: 'active', activatedAt: history });
  const goals = app.get(GoalsService);
  const common = { periodId: period.id, metric: 'revenue', knownAt: history };
  const agents = await db.many<{ id: string; name: string }>(
    `select u.id, u.name from users u join user_roles r on r.tenant_id = u.tenant_id and r.user_id = u.id where u.tenant_id = $1 and r.role = 'member' order by u.name`,
    [tenantId],
  );
  for (const agent of agents) await goals.create({ ...common, name: 'Revenue 2017-Q3', userId: agent.id, target });
  const teams = await db.many<{ id: string; members: number }>(
    `select team_id as id, count(*)::int as members from team_memberships where tenant_id = $1 and role = 'member' and until_on is null group by team_id order by team_id`,
    [tenantId],
  );
  for (const team of teams) {
    const sum = parseDecimal(target, 2) * BigInt(team.members);
    await goals.create({ ...common, name: 'Team revenue 2017-Q3', teamId: team.id, target: `${sum / 100n}.00` });
  }
  return period.id;
}

/** The template in calendar days with 20 deals created as gate 1, published before the quarter began; what is due by now is judged once. */
async function loadPolicy(app: INestApplicationContext): Promise<void> {
  const policies = app.get(PoliciesService);
  const policy = await policies.create('3 gates', demoPolicy);
  await policies.publish(policy.id, policy.versions[0]?.id as string, history);
  await app.get(Enforcement).enforceDue();
}
