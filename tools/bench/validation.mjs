import { verdict } from './measure.mjs';
import { compareServers, serve } from './servers.mjs';

const forms = {
  'bare node:http, JSON.parse alone': 'bare',
  'the framework without validation': 'none',
  'the product: parser, guard and pipe': 'product',
  'the same class behind class-validator as it comes': 'classes',
};

/** A deal with every field that may be told. */
const deal = {
  name: 'GTK 500 for Acme',
  stage: 'prospecting',
  ownerId: '01890000-0000-7000-8000-000000000001',
  externalId: 'CRM-1002',
  note: 'Asked for three more weeks',
  companyId: '01890000-0000-7000-8000-000000000002',
  productId: '01890000-0000-7000-8000-000000000003',
  value: { amount: '26768.00', currency: 'USD' },
  expectedCloseOn: '2026-12-31',
  category: 'new business',
  partnerListSize: 12,
  totalSalesFromList: '1054.00',
  occurredAt: '2026-11-20T09:30:00Z',
};

/**
 * P15: what checking a message costs. Each form is a process of its own that parses the same deal, checks it or not, and answers a few bytes: no session and no
 * database, which would hide the difference. Requests per second and CPU of the server.
 */
export async function validation() {
  console.log('\nValidated messages');
  const started = await Promise.all(
    Object.entries(forms).map(async ([name, form], n) => {
      const url = `http://127.0.0.1:${38416 + n}`;
      const child = await serve(
        ['tools/bench/validating-server.mjs'],
        { ...process.env, FORM: form, PORT: String(38416 + n) },
        form === 'bare' ? `${url}/` : url,
      );
      return [name, { url, child, method: 'POST', body: JSON.stringify(deal), headers: { 'content-type': 'application/json' } }];
    }),
  );
  try {
    await refusesWhatIsWrong(started.find(([name]) => name.startsWith('the product'))?.[1].url);
    const figures = await compareServers(Object.fromEntries(started));
    const [bare, none, product, classes] = Object.values(figures);
    verdict(
      'P15 validated POST, requests per second against bare node:http without validation',
      '>= 0.70',
      product.rps / bare.rps,
      product.rps / bare.rps >= 0.7,
    );
    verdict('P15 validated POST against class-validator as it comes', '>= 3', product.rps / classes.rps, product.rps / classes.rps >= 3);
    console.log(
      `  the framework alone against bare: ${(none.rps / bare.rps).toFixed(2)}; CPU that checking adds: ${(product.cpu - none.cpu).toFixed(0)} us in the product, ${(classes.cpu - none.cpu).toFixed(0)} us by class-validator`,
    );
  } finally {
    for (const [, { child }] of started) child.kill('SIGTERM');
  }
}

/** A form that takes everything would be fast. */
async function refusesWhatIsWrong(url) {
  for (const wrong of [
    { ...deal, value: { amount: '1,5', currency: 'USD' } },
    { ...deal, stranger: 1 },
    { ...deal, ownerId: 'me' },
    { ...deal, name: 7 },
  ]) {
    const { status } = await fetch(url, { method: 'POST', body: JSON.stringify(wrong), headers: { 'content-type': 'application/json' } });
    if (status < 400) throw new Error(`the product's form takes ${JSON.stringify(wrong)}`);
  }
}
