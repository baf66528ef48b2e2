import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { testDatabase, type TestDatabase } from '@waymark/testing';
import { Client } from 'pg';
import { createTenant } from '../testing/start-api.js';

/** Each writes as the application does: under the policies, its organisation set for the transaction. */
describe('marks of writes', () => {
  let database: TestDatabase;
  let tenantId: string;
  let ann: string;
  let ben: string;
  const clients: Client[] = [];
  const connected = async (url: string) => {
    const client = new Client({ connectionString: url });
    clients.push(client);
    await client.connect();
    return client;
  };

  beforeAll(async () => {
    database = await testDatabase();
    const made = await createTenant(database, {
      slug: 'marks',
      zone: 'Asia/Tokyo',
      people: [
        { name: 'Ann', roles: ['member'] },
        { name: 'Ben', roles: ['member'] },
      ],
    });
    tenantId = made.tenantId;
    [ann, ben] = [made.userIds['Ann'] as string, made.userIds['Ben'] as string];
  });

  afterAll(async () => {
    await Promise.all(clients.map((client) => client.end()));
    await database.drop();
  });

  const begin = async (client: Client) => void (await client.query(`begin; set local app.tenant_id = '${tenantId}'`));
  const write = async (sql: string, params: unknown[] = []) => {
    const writer = clients[0] ?? (await connected(database.appUrl));
    await begin(writer);
    await writer.query(sql, [tenantId, ...params]);
    await writer.query('commit');
  };
  /** What has been marked since the last look, as "Ann 2015-03-02". */
  const marks = async () => {
    const { rows } = await database.admin.query<{ mark: string }>(
      `with taken as (delete from metric_dirty where tenant_id = $1 returning *)
       select u.name || ' ' || t.on_day as mark from taken t join users u on u.id = t.owner_id order by 1`,
      [tenantId],
    );
    return [...new Set(rows.map((row) => row.mark))].sort();
  };
  const sale = `insert into sales (tenant_id, owner_id, occurred_at, known_at, amount_minor, currency)`;
  const call = `insert into activities (tenant_id, owner_id, type, scheduled_at, completed_at, known_at)`;

  it('MET-05 (mechanism) a write marks the days of its facts on the calendar of the organisation, of every instant that it has', async () => {
    await write(`${sale} values ($1, $2, '2015-03-01T15:30Z', now(), 5, 'USD')`, [ann]); // 00:30 of the next day in Tokyo
    expect(await marks()).toEqual(['Ann 2015-03-02']);
    await write(
      `${call} values ($1, $2, 'call', '2015-04-01T01:00Z', '2015-04-03T01:00Z', now()), ($1, $2, 'call', null, '2015-04-03T02:00Z', now())`,
      [ann],
    );
    expect(await marks()).toEqual(['Ann 2015-04-01', 'Ann 2015-04-03']);
    await write(`${call} values ($1, $2, 'call', '2015-05-01T01:00Z', null, now())`, [ben]);
    expect(await marks()).toEqual(['Ben 2015-05-01']);
  });

  it('MET-05 (mechanism) a correction marks the day and the person before and after it, one that moves nothing a single day, a removal the day that was', async () => {
    await write(`update sales set occurred_at = '2015-06-01T03:00Z', owner_id = $2 where tenant_id = $1 and owner_id = $3`, [ben, ann]);
    expect(await marks()).toEqual(['Ann 2015-03-02', 'Ben 2015-06-01']);
    await write('update sales set amount_minor = 6 where tenant_id = $1');
    expect(await marks()).toEqual(['Ben 2015-06-01']);
    await write('delete from sales where tenant_id = $1');
    expect(await marks()).toEqual(['Ben 2015-06-01']);
    await write('delete from sales where tenant_id = $1');
    expect(await marks()).toEqual([]);
  });

  it('MET-05 (mechanism) four rows and four hundred leave the same days marked as one by one', async () => {
    const days = (count: number) => [...new Set(Array.from({ length: count }, (_, n) => `2016-01-0${1 + (n % 3)}`))];
    for (const count of [1, 2, 3, 4, 5, 400]) {
      await write(
        `${sale} select $1, $2, timestamptz '2016-01-01T03:00Z' + (n % 3) * interval '1 day', now(), 1, 'USD' from generate_series(0, $3 - 1) n`,
        [ann, count],
      );
      expect(await marks()).toEqual(days(count).map((day) => `Ann ${day}`));
    }
    await write(`update sales set occurred_at = occurred_at + interval '10 days' where tenant_id = $1`);
    expect(await marks()).toHaveLength(6); // three days before, three after
  });

  it('MET-05 (mechanism) of small writes beside each other the first says that marks wait, a large one always does, and one after them does again', async () => {
    const heard: string[] = [];
    const listener = await connected(database.adminUrl);
    listener.on('notification', ({ payload }) => heard.push(payload ?? ''));
    await listener.query('listen waymark_dirty');
    const [first, second] = [await connected(database.appUrl), await connected(database.appUrl)];
    const insert = (client: Client, rows: number) =>
      client.query(`${sale} select $1, $2, '2017-01-01T03:00Z', now(), 1, 'USD' from generate_series(1, $3)`, [tenantId, ann, rows]);
    const committed = async (client: Client) => {
      await client.query('commit');
      await listener.query('select 1'); // what was said before has been heard when this is answered
      return heard.splice(0).length;
    };

    await begin(first);
    await begin(second);
    await insert(first, 1);
    await insert(first, 1);
    await insert(second, 1);
    expect(await committed(second)).toBe(0);
    await begin(second);
    await insert(second, 5);
    expect(await committed(second)).toBe(1);
    expect(await committed(first)).toBe(1);
    await begin(second);
    await insert(second, 1);
    expect(await committed(second)).toBe(1);

    await begin(first);
    await insert(first, 5);
    await begin(second);
    await insert(second, 1);
    expect(await committed(second)).toBe(1); // a large write keeps nobody from saying it
    await first.query('rollback');
    expect(await marks()).toEqual(['Ann 2017-01-01']);
  });
});
