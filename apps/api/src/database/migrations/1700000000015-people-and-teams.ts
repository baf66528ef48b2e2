import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What administrators keep about people and teams: first day, primary team, archive, versions of memberships (PLAT-04). */
export class PeopleAndTeams1700000000015 implements MigrationInterface {
  name = 'PeopleAndTeams1700000000015';

  async up(q: QueryRunner): Promise<void> {
    await q.query('alter table users add column started_on date');
    await q.query('alter table teams add column archived_at timestamptz(3)');
    await q.query(`alter table team_memberships add column is_primary boolean not null default false, add column version integer not null default 1,
      add constraint ex_team_memberships_primary exclude using gist
        (tenant_id with =, user_id with =, daterange(from_on, until_on, '[)') with &&) where (is_primary)`);
    await q.query('create index ix_teams_parent on teams (tenant_id, parent_id)');
    await q.query('create trigger bump_version before update on team_memberships for each row execute function app.bump_version()');
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query('drop trigger bump_version on team_memberships');
    await q.query('drop index ix_teams_parent');
    await q.query('alter table team_memberships drop constraint ex_team_memberships_primary, drop column is_primary, drop column version');
    await q.query('alter table teams drop column archived_at');
    await q.query('alter table users drop column started_on');
  }
}
