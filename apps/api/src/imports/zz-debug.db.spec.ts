import { it } from '@jest/globals';
import { testDatabase } from '@waymark/testing';
import { createOrganisation } from '../organisation.js';
import { loadCrmSales } from '../sources/crm-sales.js';
import { startWorker } from '../testing/start-api.js';
it('x', async () => {
  const database = await testDatabase();
  const worker = await startWorker(database);
  const made = await createOrganisation(database.adminUrl, { slug: 'crm', name: 'CRM', zone: 'UTC', admin: { name: 'Ada', email: 'ada@crm.example', password: 'long enough word' } });
  const t = Date.now();
  const r = await loadCrmSales(worker.app, { tenantId: made.tenantId, requestedBy: made.adminId, folder: 'tools/seed/crm-sales' });
  console.log(Date.now() - t, JSON.stringify(r.map((x) => [x.state, x.failure, x.counts])));
  console.log((await database.admin.query('select job, state, attempts, last_error from job_slots')).rows);
  await worker.close(); await database.drop();
});
