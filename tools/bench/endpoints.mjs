import pg from 'pg';
import { verdict } from './measure.mjs';
import { apiSettings, compareServers, serve, tokenOf } from './servers.mjs';

const [product, bare] = ['http://127.0.0.1:38414', 'http://127.0.0.1:38415'];

/**
 * P14: an answer that is always the same and an answer of one row, through the whole product with logging on, against bare node:http that sends the same
 * bytes or makes the same query. The product proves the session in the database at every request, so a static answer of its own is one query too:
 * the ratio to a bare one-row answer stands beside it, and an answer that needs no session shows what the framework takes.
 */
export async function endpoints({ database, app, modules }) {
  console.log('\nSmall answers');
  const { tenantId, adminId } = await modules.createOrganisation(database.adminUrl, {
    slug: 'small',
    name: 'Small',
    zone: 'UTC',
    demo: true,
    admin: { name: 'Ada', email: 'ada@small.example', password: 'long enough word' },
  });
  await database.admin.query(
    `insert into companies (tenant_id, name, created_at) select $1, 'Company ' || n, now() from generate_series(1, 1000) n`,
    [tenantId],
  );
  await database.admin.query('vacuum analyze');
  const { id } = (await database.admin.query('select id from companies where tenant_id = $1 order by id offset 500 limit 1', [tenantId])).rows[0];
  const api = await serve(
    ['apps/api/dist/main.js'],
    { ...apiSettings(database, { LOG_LEVEL: 'info' }), PORT: '38414' },
    `${product}/api/health/live`,
  );
  const headers = { authorization: `Bearer ${await tokenOf(product, 'small', adminId)}` };
  const body = await (await fetch(`${product}/api/metrics`, { headers })).text();
  const { text, values } = await queryOf(() =>
    asTenant(app, modules, tenantId, () =>
      app
        .get(modules.CompaniesRepository, { strict: false })
        .find({ today: new Date().toISOString().slice(0, 10), owners: null, companies: null }, id),
    ),
  );
  const limit = await serve(
    ['tools/bench/bare-endpoints.mjs'],
    { ...process.env, PORT: '38415', DATABASE: database.adminUrl, STATIC: body, QUERY: text, VALUES: JSON.stringify(values) },
    `${bare}/row`,
  );
  try {
    const figures = await compareServers({
      [`bare node:http, ${body.length} bytes`]: { url: `${bare}/static`, child: limit },
      'GET /api/metrics': { url: `${product}/api/metrics`, child: api, headers },
      'bare node:http, one row': { url: `${bare}/row`, child: limit },
      'GET /api/companies/:id': { url: `${product}/api/companies/${id}`, child: api, headers },
      'GET /api/health/live (no session)': { url: `${product}/api/health/live`, child: api },
    });
    const [bareStatic, ownStatic, bareRow, ownRow, live] = Object.values(figures).map(({ rps }) => rps);
    verdict('P14 static answer, requests per second against bare node:http', '>= 0.70', ownStatic / bareStatic, ownStatic / bareStatic >= 0.7);
    verdict('P14 one row, requests per second against bare node:http', '>= 0.75', ownRow / bareRow, ownRow / bareRow >= 0.75);
    console.log(
      `  static answer against a bare one-row answer (both are one query): ${(ownStatic / bareRow).toFixed(2)}; without session against bare static: ${(live / bareStatic).toFixed(2)}`,
    );
  } finally {
    api.kill('SIGTERM');
    limit.kill('SIGTERM');
  }
}

const asTenant = (app, modules, tenantId, work) => app.get(modules.UnitOfWork).run({ tenantId, readOnly: true }, work);

/** The statement with parameters that a read of the product sends. */
async function queryOf(read) {
  const original = pg.Client.prototype.query;
  let found;
  pg.Client.prototype.query = function recorded(...args) {
    if (Array.isArray(args[1]) && args[1].length > 0) found = { text: args[0], values: args[1] };
    return original.apply(this, args);
  };
  await read().finally(() => (pg.Client.prototype.query = original));
  return found;
}
