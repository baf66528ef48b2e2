import type { INestApplicationContext } from '@nestjs/common';
import pg from 'pg';
import { createOrganisation, removeOrganisation } from './organisation.js';
import { UnitOfWork } from './platform/database/unit-of-work.js';
import { currentContext, currentUnit, withContext } from './platform/request-context.js';
import { UsageError } from './tool-context.js';

export const demoAdminEmail = 'admin@waymark.example';

/** An organisation that people may look around in. */
export interface DemoOrganisation {
  slug: string;
  name: string;
  /** Name while it is being loaded: a load that was cut off is recognised by it and begun anew. */
  loadingName: string;
  zone: string;
  currency?: string;
}

export interface DemoBeginning {
  ownerUrl: string;
  password: string;
  /** Where its clock opens (Q100). */
  now: Date;
  reset: boolean;
}

/**
 * The empty organisation with its administrator, in place of what a cut-off load or a reset leaves; null when a whole demo is there already. Throws
 * UsageError when an organisation of that name is no demo: it stays as it is.
 */
export async function beginDemo(demo: DemoOrganisation, options: DemoBeginning): Promise<{ tenantId: string; adminId: string } | null> {
  const found = await present(options.ownerUrl, demo);
  if (found === 'foreign') throw new UsageError(`The organisation "${demo.slug}" is no demo; it stays as it is.`);
  if (found === 'whole' && !options.reset) return null;
  if (found !== 'none') await removeOrganisation(options.ownerUrl, demo.slug);
  const admin = { name: 'Ada Admin', email: demoAdminEmail, password: options.password };
  const { slug, loadingName, zone, currency = 'USD' } = demo;
  return createOrganisation(options.ownerUrl, { slug, name: loadingName, zone, currency, now: options.now, admin });
}

/** The last step: from now on it is a demo that people may sign in to by name. */
export async function finishDemo(ownerUrl: string, tenantId: string, name: string): Promise<void> {
  await withOwner(ownerUrl, (client) => client.query('update tenants set demo = true, name = $2 where id = $1', [tenantId, name]));
}

/** Runs `work` as the demo's administrator, in one transaction. */
export function asAdmin<T>(app: INestApplicationContext, tenantId: string, adminId: string, work: () => Promise<T>): Promise<T> {
  return app
    .get(UnitOfWork)
    .run({ tenantId, userId: adminId, separate: true }, () => withContext({ ...currentContext(), roles: ['admin'] }, currentUnit(), work));
}

async function present(ownerUrl: string, { slug, loadingName }: DemoOrganisation): Promise<'none' | 'whole' | 'half' | 'foreign'> {
  return withOwner(ownerUrl, async (client) => {
    const { rows } = await client.query<{ name: string; demo: boolean }>('select name, demo from tenants where slug = $1', [slug]);
    const [tenant] = rows;
    if (!tenant) return 'none';
    if (tenant.demo) return 'whole';
    return tenant.name === loadingName ? 'half' : 'foreign';
  });
}

async function withOwner<T>(ownerUrl: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
