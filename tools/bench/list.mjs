import { fileURLToPath } from 'node:url';
import { verdict } from './measure.mjs';
import { apiSettings, compareServers, serve, tokenOf } from './servers.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const [product, bare] = ['http://127.0.0.1:38411', 'http://127.0.0.1:38412'];

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
  const env = apiSettings(database);
  const api = await serve(['apps/api/dist/main.js'], { ...env, PORT: '38411' }, `${product}/api/health/live`);
  const limit = await serve(['tools/bench/bare-list.mjs'], { ...env, PORT: '38412', TENANT: tenantId, DATABASE: database.adminUrl }, bare);
  try {
    const headers = { authorization: `Bearer ${await tokenOf(product, 'lists', adminId)}` };
    const figures = await compareServers({
      'bare node:http + JSON.stringify': { url: bare, child: limit },
      'GET /api/pipeline-items?limit=100': { url: `${product}/api/pipeline-items?limit=100`, child: api, headers },
    });
    const [least, own] = Object.values(figures);
    verdict('P16 list, requests per second against bare node:http', '>= 1.15', own.rps / least.rps, own.rps / least.rps >= 1.15);
    verdict('P16 list, server CPU per request against bare node:http', '<= 0.35', own.cpu / least.cpu, own.cpu / least.cpu <= 0.35);
  } finally {
    api.kill('SIGTERM');
    limit.kill('SIGTERM');
  }
}
