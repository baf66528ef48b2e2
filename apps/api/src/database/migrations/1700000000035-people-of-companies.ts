import type { MigrationInterface, QueryRunner } from 'typeorm';
import { protectTenantTable } from '../tenant-table.js';

/** Who coaches a company and who belongs to it, from a day on until another (SRC-01, Q53). */
export class PeopleOfCompanies1700000000035 implements MigrationInterface {
  name = 'PeopleOfCompanies1700000000035';

  async up(q: QueryRunner): Promise<void> {
    // Days as with teams: the first belongs to it, `until_on` is the first that does not. An assignment that was taken back before it took effect has no day:
    // its range is empty and overlaps with nothing. Nobody is two things of one company at a time.
    await q.query(`create table company_people (
      tenant_id uuid not null,
      id uuid not null default uuidv7(),
      company_id uuid not null,
      user_id uuid not null,
      role text not null constraint ck_company_people_role check (role in ('coach', 'member')),
      from_on date not null constraint ck_company_people_from check (isfinite(from_on)),
      until_on date constraint ck_company_people_until check (isfinite(until_on)),
      note text,
      created_at timestamptz(3) not null,
      recorded_by uuid,
      version integer not null default 1,
      constraint pk_company_people primary key (tenant_id, id),
      constraint fk_company_people_company foreign key (tenant_id, company_id) references companies (tenant_id, id),
      constraint fk_company_people_user foreign key (tenant_id, user_id) references users (tenant_id, id),
      constraint ck_company_people_days check (until_on is null or until_on >= from_on),
      constraint ex_company_people_once exclude using gist
        (tenant_id with =, company_id with =, user_id with =, daterange(from_on, until_on, '[)') with &&)
    )`);
    await q.query('create index ix_company_people_user on company_people (tenant_id, user_id, from_on)');
    await q.query('create index ix_company_people_company on company_people (tenant_id, company_id, from_on)');
    for (const statement of protectTenantTable('company_people')) await q.query(statement);
    await q.query('create trigger bump_version before update on company_people for each row execute function app.bump_version()');
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query('drop table company_people');
  }
}
