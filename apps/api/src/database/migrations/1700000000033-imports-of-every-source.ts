import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createIndexConcurrently } from '../concurrent-index.js';

const added = ['partner_lists', 'tasks', 'task_updates', 'interactions', 'company_updates', 'programmes', 'enrolments'];
const words = added.map((source) => `, '${source}'::text`).join('');
const named = ['programmes', 'enrolments'];

/** Which sources imports may name: what older migrations allow, changed once. Rows that there are keep to it, so they are not looked at. */
const sources = (changed: string, when: string) => `do $do$ declare definition text; begin
  select replace(pg_get_constraintdef(oid), ' NOT VALID', '') into definition from pg_constraint where conname = 'ck_imports_source' and conrelid = 'imports'::regclass;
  if definition ${when} '%''task_updates''%' then
    alter table imports drop constraint ck_imports_source;
    execute 'alter table imports add constraint ck_imports_source ' || ${changed} || ' not valid';
  end if;
end $do$`;

/** Every source comes by file (SRC-10); programmes and enrolments have the name by which another system calls them (SRC-09). */
export class ImportsOfEverySource1700000000033 implements MigrationInterface {
  name = 'ImportsOfEverySource1700000000033';
  /** Indexes are built beside the work; each step may be taken again. */
  transaction = false;

  async up(q: QueryRunner): Promise<void> {
    await q.query(sources(`replace(definition, ']))', $added$${words}]))$added$)`, 'not like'));
    for (const table of named) {
      await q.query(`alter table ${table} add column if not exists external_id text`);
      await createIndexConcurrently(q, `uq_${table}_external`, `on ${table} (tenant_id, external_id)`, true);
    }
  }

  async down(q: QueryRunner): Promise<void> {
    const list = added.map((source) => `'${source}'`).join(', ');
    for (const table of ['import_findings', 'import_chunks'])
      await q.query(`delete from ${table} where import_id in (select id from imports where source in (${list}))`);
    await q.query(`delete from imports where source in (${list})`);
    await q.query(sources(`replace(definition, $added$${words}$added$, '')`, 'like'));
    for (const table of named) await q.query(`drop index uq_${table}_external`);
    for (const table of named) await q.query(`alter table ${table} drop column external_id`);
  }
}
