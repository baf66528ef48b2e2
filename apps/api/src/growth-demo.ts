import type { INestApplicationContext } from '@nestjs/common';
import { addDays } from '@waymark/kernel';
import { quarterStart } from './demo-data/calendar.js';
import type { Dataset, DatasetOptions } from './demo-data/dataset.js';
import { filesOf, recordsOf } from './demo-data/files.js';
import { datasetDefaults, generateDataset } from './demo-data/generate.js';
import { asAdmin, beginDemo, finishDemo } from './demo-organisation.js';
import { GoalsService } from './goals/goals.service.js';
import { PeriodsService } from './goals/periods.service.js';
import { loadPeopleOfCompanies } from './growth-people.js';
import { loadRecords } from './made-records.js';
import { Recomputation } from './metrics/recomputation.service.js';
import { Db } from './platform/database/db.js';
import { currentContext } from './platform/request-context.js';
import { importFile } from './sources/crm-sales.js';

export const growthSlug = 'growth';
/** The day on which its clock opens, at 09:00 UTC: figures and planted truths are the same on every machine. */
export const growthToday = datasetDefaults.today;
const growth = { slug: growthSlug, name: 'Growth (demo)', loadingName: 'Growth (demo, loading)', zone: datasetDefaults.zone, currency: 'EUR' };

export interface GrowthOptions extends Partial<Pick<DatasetOptions, 'seed' | 'factor' | 'realistic'>> {
  ownerUrl: string;
  password: string;
  reset: boolean;
}

/**
 * Loads the second demo organisation: made data (SRC-12) through the public import of files, and what has no files in sets, all as history; then goals of two
 * quarters. Answers false when it is there already, whole. Never touches an organisation of that name which is no demo.
 */
export async function loadGrowthDemo(app: INestApplicationContext, { ownerUrl, password, reset, ...asked }: GrowthOptions): Promise<boolean> {
  const data = generateDataset({ ...asked, today: growthToday, zone: growth.zone });
  const begun = await beginDemo(growth, { ownerUrl, password, reset, now: new Date(`${growthToday}T09:00:00Z`) });
  if (begun === null) return false;
  await loadDataset(app, { tenantId: begun.tenantId, requestedBy: begun.adminId }, data);
  await asAdmin(app, begun.tenantId, begun.adminId, () => loadPeopleOfCompanies(app, growthToday));
  await asAdmin(app, begun.tenantId, begun.adminId, () => loadGoals(app));
  await finishDemo(ownerUrl, begun.tenantId, growth.name);
  return true;
}

/** Loads made data into an organisation whose today is not before that of the data; again it changes nothing. Throws when a row is not taken. */
export async function loadDataset(app: INestApplicationContext, who: { tenantId: string; requestedBy: string }, data: Dataset): Promise<void> {
  for (const { name, content, mapping } of filesOf(data)) {
    const done = await importFile(app, { ...who, file: name, content, mapping, dryRun: false });
    const { errors = 0, held = 0 } = done.counts ?? {};
    if (done.state !== 'done' || errors + held > 0) throw new Error(`${name}: ${done.failure ?? `${errors + held} rows could not be imported`}`);
  }
  await asAdmin(app, who.tenantId, who.requestedBy, () => loadRecords(app, recordsOf(data)));
  await app.get(Recomputation).drain(who.tenantId);
}

/** Goals of the last quarter and of the running one: lists and calls for each developer, revenue for their teams, retention for customer success. */
async function loadGoals(app: INestApplicationContext): Promise<void> {
  const { tenantId } = currentContext();
  const db = app.get(Db);
  const goals = app.get(GoalsService);
  const developers = await db.many<{ id: string }>(`select id from users where tenant_id = $1 and external_id like 'bdr-%' order by external_id`, [
    tenantId,
  ]);
  const teams = await db.many<{ id: string; name: string }>('select id, name from teams where tenant_id = $1 order by name', [tenantId]);
  const team = (name: string) => teams.find((one) => one.name === name)?.id as string;
  for (const quarter of [-1, 0]) {
    const { id: periodId, label, knownAt } = await openQuarter(app, quarter);
    const common = { periodId, knownAt };
    for (const { id } of developers) {
      await goals.create({ ...common, name: `Calls ${label}`, metric: 'calls_completed', userId: id, target: '150' });
      await goals.create({ ...common, name: `Lists out ${label}`, metric: 'lists_out', userId: id, target: '10' });
    }
    for (const name of ['Development North', 'Development South'])
      await goals.create({ ...common, name: `Agreements ${label}`, metric: 'agreements', teamId: team(name), target: '40' });
    const success = { ...common, teamId: team('Customer Success') };
    await goals.create({ ...success, name: `Revenue ${label}`, metric: 'revenue', target: '80000.00' });
    await goals.create({ ...success, name: `Renewal rate ${label}`, metric: 'retention_rate', baseline: '0', target: '90' });
    await goals.create({ ...success, name: `NPS ${label}`, metric: 'nps', baseline: '0', target: '30' });
  }
  await app.get(PeriodsService).advance(); // the first quarter is over
}

/** The quarter, active since the day before it began. */
async function openQuarter(app: INestApplicationContext, quarters: number): Promise<{ id: string; label: string; knownAt: string }> {
  const startsOn = quarterStart(growthToday, quarters);
  const endsOn = addDays(quarterStart(growthToday, quarters + 1), -1);
  const label = `${startsOn.slice(0, 4)}-Q${Math.ceil(Number(startsOn.slice(5, 7)) / 3)}`;
  const knownAt = `${addDays(startsOn, -1)}T09:00:00Z`;
  const periods = app.get(PeriodsService);
  const period = await periods.create({ name: label, kind: 'quarterly', startsOn, endsOn });
  await periods.change(period.id, { state: 'active', activatedAt: knownAt });
  return { id: period.id, label, knownAt };
}
