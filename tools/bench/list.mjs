import autocannon from 'autocannon';
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { spread, shown, verdict } from './measure.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const rounds = 5;
const seconds = 2;

/**
 * P16: a list of 100 rows through the whole product (token, tenant, roles, row-level security) against bare node:http that runs the same join and
 * calls JSON.stringify. Both are processes of their own; requests per second and CPU seconds of the server per request.
 */
export async function listing({ database, app, modules }) {
  console.log('\nList of 100 pipeline items');
  const { tenantId, adminId } = await modules.createOrganisation(database.adminUrl, {
    slug: 'lists',
    name: 'Lists',
    zone: 'UTC',
    demo: true,
    admin: { name: 'Ada', email: 'ada@lists.example', password: 'long enough word' },
  });
  await modules.loadCrmSales(app, { tenantId, requestedBy: adminId, folder: `${root}/tools/seed/crm-sales` });
  await database.admin.query('analyze');
  // Requests are counted as in production; only the figures are out of reach.
  const unreachable = { LIMIT_USER_PER_MINUTE: '1000000000', LIMIT_TENANT_PER_MINUTE: '1000000000' };
  const env = { ...process.env, APP_DATABASE_URL: database.appUrl, JWT_SECRET: 'b'.repeat(40), DEMO: '1', LOG_LEVEL: 'warn', ...unreachable };
  const product = await serve(['apps/api/dist/main.js'], { ...env, PORT: '38411' }, 'http://127.0.0.1:38411/api/health/live');
  const bare = await serve(
    ['tools/bench/bare-list.mjs'],
    { ...env, PORT: '38412', TENANT: tenantId, DATABASE: database.adminUrl },
    'http://127.0.0.1:38412/',
  );
  try {
    const session = await fetch('http://127.0.0.1:38411/api/auth/sign-in-as', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ organisation: 'lists', userId: adminId }),
    });
    const { accessToken } = await session.json();
    const contestants = {
      'bare node:http + JSON.stringify': { url: 'http://127.0.0.1:38412/', child: bare, headers: {} },
      'GET /api/pipeline-items?limit=100': {
        url: 'http://127.0.0.1:38411/api/pipeline-items?limit=100',
        child: product,
        headers: { authorization: `Bearer ${accessToken}` },
      },
    };
    const figures = Object.fromEntries(Object.keys(contestants).map((name) => [name, { rps: [], cpu: [] }]));
    for (let round = 0; round <= rounds; round += 1)
      for (const [name, { url, child, headers }] of Object.entries(contestants)) {
        const before = cpuSeconds(child.pid);
        const result = await autocannon({ url, connections: 16, duration: seconds, headers });
        if (result.non2xx > 0 || result.errors > 0) throw new Error(`${name}: ${result.non2xx} refusals, ${result.errors} errors`);
        if (round === 0) continue;
        figures[name].rps.push(result.requests.average);
        figures[name].cpu.push(((cpuSeconds(child.pid) - before) / result.requests.total) * 1e6);
      }
    for (const [name, { rps, cpu }] of Object.entries(figures))
      console.log(`  ${name}: ${shown(spread(rps), 'req/s')}; server CPU ${shown(spread(cpu), 'us/req')}`);
    const [limit, own] = Object.values(figures).map(({ rps, cpu }) => ({ rps: spread(rps).med, cpu: spread(cpu).med }));
    verdict('P16 list, requests per second against bare node:http', '>= 1.15', own.rps / limit.rps, own.rps / limit.rps >= 1.15);
    verdict('P16 list, server CPU per request against bare node:http', '<= 0.35', own.cpu / limit.cpu, own.cpu / limit.cpu <= 0.35);
  } finally {
    product.kill('SIGTERM');
    bare.kill('SIGTERM');
  }
}

async function serve(args, env, probe) {
  const child = spawn(process.execPath, args, { cwd: root, env, stdio: ['ignore', 'ignore', 'inherit'] });
  for (let tries = 0; tries < 100; tries += 1) {
    if (
      await fetch(probe).then(
        (answer) => answer.ok,
        () => false,
      )
    )
      return child;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${args[0]} did not start`);
}

/** CPU seconds of a process so far, user and system. */
function cpuSeconds(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / 100;
}
