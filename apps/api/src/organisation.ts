import pg from 'pg';
import { hashPassword } from './access/sessions.service.js';

/** A new organisation with its first administrator. `now` opens its clock at that instant (Q100); without it the clock is the real one. */
export interface NewOrganisation {
  slug: string;
  name: string;
  zone: string;
  currency?: string;
  demo?: boolean;
  now?: Date;
  admin: { name: string; email: string; password: string };
}

/** Stages of a new organisation (Q104): key, label, family, kind, qualified. Keys are data; more can be added. */
const stages: [string, string, string, string, boolean][] = [
  ['lead', 'Lead', 'LEAD', 'lead', false],
  ['CALL_BOOKED', 'Call booked', 'CALL', 'lead', false],
  ['CALL_CONDUCTED', 'Call conducted', 'CALL', 'lead', false],
  ['prospecting', 'Prospecting', 'PROSPECT', 'deal', false],
  ['engaging', 'Engaging', 'ENGAGE', 'deal', true],
  ['PROPOSAL_SENT', 'Proposal sent', 'PROPOSAL', 'deal', true],
  ['AGREEMENT_SIGNED', 'Agreement signed', 'AGREEMENT', 'deal', true],
  ['PARTNER_LIST_SENT', 'Partner list sent', 'LIST', 'list_out', true],
  ['FREE_QA_OFFERED', 'Free QA offered', 'LIST', 'list_out', true],
  ['SOLD', 'Sold', 'LIST', 'won', false],
  ['won', 'Won', 'CLOSED', 'won', false],
  ['LIST_OUT_NOT_SOLD', 'List out, not sold', 'LIST', 'lost', false],
  ['lost', 'Lost', 'CLOSED', 'lost', false],
];

/** Creates it in one transaction through the owner's connection; the application itself may not. Throws when the slug is taken. */
export async function createOrganisation(adminUrl: string, organisation: NewOrganisation): Promise<{ tenantId: string; adminId: string }> {
  const passwordHash = await hashPassword(organisation.admin.password);
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    await client.query('begin');
    const tenant = await client.query<{ id: string }>(
      `insert into tenants (slug, name, time_zone, currency, demo, clock_offset_ms)
       values ($1, $2, $3, $4, $5, greatest(0, coalesce(extract(epoch from now() - $6::timestamptz) * 1000, 0))::bigint) returning id`,
      [organisation.slug, organisation.name, organisation.zone, organisation.currency ?? 'USD', organisation.demo ?? false, organisation.now ?? null],
    );
    const tenantId = tenant.rows[0]?.id as string;
    await client.query(`select set_config('app.tenant_id', $1, true)`, [tenantId]);
    for (const [position, [key, label, family, kind, qualified]] of stages.entries())
      await client.query(
        'insert into pipeline_stages (tenant_id, key, label, position, family, kind, qualified) values ($1, $2, $3, $4, $5, $6, $7)',
        [tenantId, key, label, position + 1, family, kind, qualified],
      );
    const admin = await client.query<{ id: string }>(
      `insert into users (tenant_id, external_id, name, email, password_hash) values ($1, $2, $3, $2, $4) returning id`,
      [tenantId, organisation.admin.email.toLowerCase(), organisation.admin.name, passwordHash],
    );
    const adminId = admin.rows[0]?.id as string;
    await client.query(`insert into user_roles (tenant_id, user_id, role) values ($1, $2, 'admin')`, [tenantId, adminId]);
    await client.query('commit');
    return { tenantId, adminId };
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    throw error;
  } finally {
    await client.end();
  }
}

/** Suspends an organisation or lets it work again, through the owner's connection, with a line in its own audit trail. */
export async function suspendOrganisation(adminUrl: string, slug: string, suspended: boolean): Promise<'changed' | 'unchanged' | 'unknown'> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    await client.query('begin');
    const found = await client.query<{ id: string; suspended: boolean }>(
      'select id, suspended_at is not null as suspended from tenants where slug = $1 for no key update',
      [slug],
    );
    const tenant = found.rows[0];
    const changes = tenant !== undefined && tenant.suspended !== suspended;
    if (changes) {
      await client.query(`select set_config('app.tenant_id', $1, true)`, [tenant.id]);
      await client.query('update tenants set suspended_at = case when $2 then now() end where id = $1', [tenant.id, suspended]);
      await client.query(
        `insert into audit_events (tenant_id, request_id, action, object_type, object_id) values ($1, 'operator', $2, 'organisation', $3)`,
        [tenant.id, suspended ? 'organisation.suspended' : 'organisation.resumed', tenant.id],
      );
    }
    await client.query('commit');
    return tenant === undefined ? 'unknown' : changes ? 'changed' : 'unchanged';
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    throw error;
  } finally {
    await client.end();
  }
}

/** Every organisation by its short name, through the owner's connection. */
export async function listOrganisations(adminUrl: string): Promise<{ slug: string; name: string; people: number; suspendedAt: Date | null }[]> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ slug: string; name: string; people: number; suspendedAt: Date | null }>(
      `select t.slug, t.name, t.suspended_at as "suspendedAt",
         (select count(*)::int from users u where u.tenant_id = t.id and u.status = 'active') as people from tenants t order by t.slug`,
    );
    return rows;
  } finally {
    await client.end();
  }
}

/** Removes an organisation with everything it has: the demo's reset and the clean-up of a half-made one. */
export async function removeOrganisation(adminUrl: string, slug: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    await client.query('begin');
    const tenant = await client.query<{ id: string }>('select id from tenants where slug = $1', [slug]);
    const id = tenant.rows[0]?.id;
    if (id) {
      const tables = await client.query<{ name: string }>(
        `select c.relname as name from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped
         where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace`,
      );
      // Rows point at each other in circles (parents); the whole organisation goes in one step, so the checks have nothing to find.
      await client.query(`set local session_replication_role = replica`);
      for (const { name } of tables.rows) await client.query(`delete from ${name} where tenant_id = $1`, [id]);
      await client.query('delete from tenants where id = $1', [id]);
    }
    await client.query('commit');
    return id !== undefined;
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    throw error;
  } finally {
    await client.end();
  }
}
