import { createServer } from 'node:http';
import pg from 'pg';

// The limit form of a list: no framework, no session, no policies; the same rows and fields, made into JSON here.
const pool = new pg.Pool({ connectionString: process.env.DATABASE, max: 10 });
const text = `select i.id, i.external_id, i.name, i.note, g.key, g.label, g.kind, g.qualified, u.id as owner_id, u.name as owner_name, c.id as company_id, c.name as company_name,
    p.id as product_id, p.name as product_name, i.value_minor, i.currency, i.expected_close_on, i.category, i.agreement_date, i.partner_list_due_date, i.partner_list_sent_date,
    i.first_sale_date, i.partner_list_size, i.total_sales_from_list_minor, i.changed_at, i.version
  from pipeline_items i join pipeline_stages g on g.tenant_id = i.tenant_id and g.id = i.stage_id join users u on u.tenant_id = i.tenant_id and u.id = i.owner_id
    left join companies c on c.tenant_id = i.tenant_id and c.id = i.company_id left join products p on p.tenant_id = i.tenant_id and p.id = i.product_id
  where i.tenant_id = $1 order by i.id desc limit 100`;
const money = (minor, currency) => (minor === null ? null : { amount: (Number(minor) / 100).toFixed(2), currency });
const named = (id, name) => (id === null ? null : { id, name });

createServer((_request, response) => {
  pool.query({ name: 'list', text, values: [process.env.TENANT] }).then(
    ({ rows }) => {
      const items = rows.map((row) => ({
        id: row.id,
        externalId: row.external_id,
        name: row.name,
        note: row.note,
        stage: { key: row.key, label: row.label, kind: row.kind, qualified: row.qualified },
        owner: named(row.owner_id, row.owner_name),
        company: named(row.company_id, row.company_name),
        product: named(row.product_id, row.product_name),
        value: money(row.value_minor, row.currency),
        expectedCloseOn: row.expected_close_on,
        category: row.category,
        agreementDate: row.agreement_date,
        partnerListDueDate: row.partner_list_due_date,
        partnerListSentDate: row.partner_list_sent_date,
        firstSaleDate: row.first_sale_date,
        partnerListSize: row.partner_list_size,
        totalSalesFromList: money(row.total_sales_from_list_minor, row.currency),
        changedAt: row.changed_at.toISOString(),
        version: row.version,
      }));
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ items, nextCursor: null }));
    },
    () => {
      response.writeHead(500);
      response.end();
    },
  );
}).listen(Number(process.env.PORT), '127.0.0.1');
