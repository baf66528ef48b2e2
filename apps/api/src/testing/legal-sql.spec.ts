import { beforeAll, describe, expect, it } from '@jest/globals';
import { faultsOf, goesThroughOneNode, loadParser, type Places } from './legal-sql.js';

const places: Places = { distributed: new Set(['goals', 'users', 'teams', 'sales', 'history']), volatile: new Set(['random', 'clock_timestamp']) };

describe('what keeps a statement from running on several nodes', () => {
  beforeAll(() => loadParser());

  it.each([
    ['a table without its tenant', 'select * from goals where id = $1', ['goals (goals) is not held to one tenant']],
    ['the tenant of another table', 'select * from goals g, users u where g.tenant_id = $1', ['users (u) is not held to one tenant']],
    ['a tenant among others', 'select * from goals where tenant_id = any($1)', ['goals (goals) is not held to one tenant']],
    ['a tenant in one of two branches', 'select * from goals where tenant_id = $1 or id = $2', ['goals (goals) is not held to one tenant']],
    [
      'an outer join whose condition says nothing of its table',
      'select * from goals g left join users u on g.tenant_id = $1 where g.tenant_id = $1',
      ['users (u) is not held to one tenant'],
    ],
    [
      'an outer join that is to hold the table before it',
      'select * from goals g left join users u on u.tenant_id = $1 and g.tenant_id = $1',
      ['goals (g) is not held to one tenant'],
    ],
    [
      'a full join',
      'select * from goals g full join users u on u.tenant_id = g.tenant_id where g.tenant_id = $1',
      ['users (u) is not held to one tenant'],
    ],
    [
      'a sub-query without its tenant',
      'select * from goals g where g.tenant_id = $1 and exists (select 1 from users u where u.id = g.owner_id)',
      ['users (u) is not held to one tenant'],
    ],
    ['one arm of a union', 'select id from goals where tenant_id = $1 union select id from users', ['users (users) is not held to one tenant']],
    [
      'a recursive step without its tenant',
      'with recursive up as (select id from teams where tenant_id = $1 union select t.parent_id from teams t join up on up.id = t.id) select * from up',
      ['teams (t) is not held to one tenant'],
    ],
    ['an update of all tenants', 'update goals set name = $1', ['goals (goals) is not held to one tenant']],
    [
      'an update from a table of any tenant',
      'update goals g set name = u.name from users u where g.tenant_id = $1 and u.id = g.owner_id',
      ['users (u) is not held to one tenant'],
    ],
    ['a delete of all tenants', 'delete from goals where id = $1', ['goals (goals) is not held to one tenant']],
    ['a lock on all tenants', 'select 1 from goals where id = $1 for update skip locked', ['goals (goals) is not held to one tenant']],
    ['a row that names no tenant', 'insert into goals (id) values ($1)', ['goals: the insert does not name tenant_id']],
    [
      'a row whose tenant is worked out',
      'insert into goals (tenant_id, id) select max(id), $1 from users where tenant_id = $1',
      ['goals: the tenant of an inserted row is neither a value nor that of a row of the same tenant'],
    ],
    ['a row that changes its tenant', 'update goals set tenant_id = $2 where tenant_id = $1', ['goals: a row cannot move to another tenant']],
    [
      'a repeated row that changes its tenant',
      'insert into goals (tenant_id) values ($1) on conflict (tenant_id) do update set tenant_id = $2',
      ['goals: a row cannot move to another tenant'],
    ],
    [
      'a volatile function in an update',
      'update goals set value = random() where tenant_id = $1',
      ['goals: random() differs from call to call; pass its value'],
    ],
    [
      'a volatile function in a delete',
      'delete from goals where tenant_id = $1 and at < clock_timestamp()',
      ['goals: clock_timestamp() differs from call to call; pass its value'],
    ],
    [
      'rows that are deleted and inserted at once',
      'with gone as (delete from goals where tenant_id = $1 returning id) insert into history (tenant_id, id) select $1, id from gone',
      ['history: rows that one statement deletes cannot be inserted by the same one; use two'],
    ],
    [
      'a transition table as source',
      'insert into history (tenant_id, id) select tenant_id, id from new_rows',
      [
        'history: the tenant of an inserted row is neither a value nor that of a row of the same tenant',
        'history: rows of a transition table must go through arrays',
      ],
    ],
    [
      'a context that is set by a function',
      `select set_config('app.tenant_id', $1, true)`,
      ['set_config() does not reach other nodes; use SET LOCAL'],
    ],
    ['COPY of a query without its tenant', 'copy (select * from goals) to stdout', ['goals (goals) is not held to one tenant']],
    ['a temporary table of all tenants', 'create temp table x as select * from goals', ['goals (goals) is not held to one tenant']],
  ])('PERF-02 (legal SQL) refuses %s', (_what, sql, faults) => expect(faultsOf(sql, places)).toEqual(faults));

  it.each([
    ['a value', 'select * from goals where tenant_id = $1 and id = $2'],
    [
      'the tenant of another held table, whatever the order',
      'select * from users u join goals g on g.tenant_id = u.tenant_id where $1 = g.tenant_id',
    ],
    [
      'the nullable side of an outer join',
      'select * from goals g left join users u on u.tenant_id = g.tenant_id and u.id = g.owner_id where g.tenant_id = $1',
    ],
    ['using (tenant_id)', 'select * from goals join users using (tenant_id) where goals.tenant_id = $1'],
    [
      'a lateral sub-query that is held by the row before it',
      'select * from goals g cross join lateral (select sum(s.x) from sales s where s.tenant_id = g.tenant_id) v where g.tenant_id = $1',
    ],
    ['a WITH clause and its name', 'with g as (select * from goals where tenant_id = $1) select * from g join users u on u.tenant_id = g.tenant_id'],
    [
      'a changing WITH clause',
      'with c as (update goals set x = 1 where tenant_id = $1 returning id) insert into history (tenant_id, id) select $1, c.id from c',
    ],
    ['tables that are not spread', 'select * from job_slots where state = $1 for update skip locked'],
    ['values', 'insert into goals (tenant_id, id) values ($1, $2), ($1, $3) on conflict (tenant_id, id) do nothing'],
    ['a volatile function where nothing is changed', 'select random() from goals where tenant_id = $1'],
    ['SET LOCAL', `begin; set local app.tenant_id = 'x'; select 1`],
    ['a merge', 'merge into goals g using users u on g.tenant_id = $1 and u.tenant_id = g.tenant_id and u.id = g.id when matched then delete'],
  ])('PERF-02 (legal SQL) allows %s', (_what, sql) => expect(faultsOf(sql, places)).toEqual([]));

  it('PERF-02 (legal SQL) tells which rows go through one node', () => {
    expect(goesThroughOneNode('insert into goals (tenant_id, id) select $1, x from unnest($2::uuid[]) as x', places)).toBe(true);
    expect(goesThroughOneNode('insert into goals (tenant_id, id) select $1, id from users where tenant_id = $1', places)).toBe(false);
    expect(goesThroughOneNode('insert into goals (tenant_id, id) values ($1, $2)', places)).toBe(false);
  });

  it('PERF-02 (legal SQL) inside of a function its arguments are values, and a door may look across tenants that it joins', () => {
    const inFunction = { values: new Set(['tenant_in']), acrossTenants: false };
    expect(faultsOf('select 1 from goals where tenant_id = tenant_in', places)).toEqual(['goals (goals) is not held to one tenant']);
    expect(faultsOf('select 1 from goals where tenant_id = tenant_in', places, inFunction)).toEqual([]);
    const door = { values: new Set<string>(), acrossTenants: true };
    expect(faultsOf('select 1 from goals g join users u on u.tenant_id = g.tenant_id', places, door)).toEqual([]);
    expect(faultsOf('select 1 from goals g join users u on u.id = g.owner_id', places, door)).toEqual(['users (u) is not held to one tenant']);
  });
});
