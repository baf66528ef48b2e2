import pg from 'pg';

/** Passwords of the two login roles; the installer keeps them, nobody types them. */
export interface RolePasswords {
  appPassword: string;
  workerPassword: string;
}

const waits = {
  waymark_app: { statement_timeout: '5s', lock_timeout: '2s', idle_in_transaction_session_timeout: '10s' },
  waymark_worker: { statement_timeout: '60s', lock_timeout: '5s', idle_in_transaction_session_timeout: '30s' },
} as const;

/** A statement whose process is gone ends within five seconds and frees its locks. Where the server's system cannot tell (Windows), it runs to its end. */
const noticeGone = (role: string) =>
  `do $$ begin alter role ${role} set client_connection_check_interval = '5s'; exception when invalid_parameter_value then null; end $$`;

/**
 * Makes or refreshes the database roles. `waymark_owner` owns every table and cannot log in; `waymark_app` (API) and `waymark_worker` own
 * nothing and cannot bypass row-level security; `waymark_doors` owns the few functions that may look across tenants. Safe to repeat.
 */
export async function ensureRoles(adminUrl: string, passwords: RolePasswords): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    await client.query('begin');
    // Roles are cluster-wide: two installers at once would collide without this lock.
    await client.query(`select pg_advisory_xact_lock(hashtext('waymark roles'))`);
    await ensureRole(client, 'waymark_owner', 'nologin nobypassrls');
    await ensureRole(client, 'waymark_doors', 'nologin bypassrls');
    await ensureRole(
      client,
      'waymark_app',
      `login nosuperuser nobypassrls nocreatedb nocreaterole noinherit password ${client.escapeLiteral(passwords.appPassword)}`,
    );
    await ensureRole(
      client,
      'waymark_worker',
      `login nosuperuser nobypassrls nocreatedb nocreaterole noinherit password ${client.escapeLiteral(passwords.workerPassword)}`,
    );
    for (const [role, settings] of Object.entries(waits))
      for (const [name, value] of Object.entries(settings)) await client.query(`alter role ${role} set ${name} = '${value}'`);
    for (const role of Object.keys(waits)) await client.query(noticeGone(role));
    await client.query('commit');
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    throw error;
  } finally {
    await client.end();
  }
}

async function ensureRole(client: pg.Client, role: string, options: string): Promise<void> {
  const { rowCount } = await client.query('select 1 from pg_roles where rolname = $1', [role]);
  await client.query(`${rowCount ? 'alter' : 'create'} role ${role} with ${options}`);
}
