import type { MigrationInterface, QueryRunner } from 'typeorm';
import { protectTenantTable } from '../tenant-table.js';

/**
 * Days on which people are away (PLAT-04). A row is one version of an absence: a change or a removal closes it at `known_to`, so that a gate is
 * judged by what was known in time, also when it is judged late (GATE-06, Q98).
 */
export class Absences1700000000021 implements MigrationInterface {
  name = 'Absences1700000000021';

  async up(q: QueryRunner): Promise<void> {
    await q.query(`create table absences (
      tenant_id uuid not null,
      id uuid not null default uuidv7(),
      version integer not null default 1,
      user_id uuid not null,
      kind text not null constraint ck_absences_kind check (kind in ('leave', 'sick', 'other')),
      from_on date not null,
      until_on date,
      known_at timestamptz(3) not null,
      known_to timestamptz(3),
      constraint pk_absences primary key (tenant_id, id, version),
      constraint fk_absences_user foreign key (tenant_id, user_id) references users (tenant_id, id),
      constraint ck_absences_dates check (until_on is null or until_on > from_on),
      constraint ex_absences exclude using gist
        (tenant_id with =, user_id with =, daterange(from_on, until_on, '[)') with &&) where (known_to is null)
    )`);
    await q.query('create index ix_absences_user on absences (tenant_id, user_id, from_on)');
    for (const statement of protectTenantTable('absences')) await q.query(statement);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query('drop table absences');
  }
}
