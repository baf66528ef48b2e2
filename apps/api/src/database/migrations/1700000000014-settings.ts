import type { MigrationInterface, QueryRunner } from 'typeorm';

const settings = `name, time_zone, week_start, working_days, currency, on_track_percent, at_risk_percent, fiscal_year_start_month, early_percent,
  exceeded_percent, leaderboard_size, leaderboard_audience, features`;

/** What an administrator sets for the organisation, with one version for all of it, and the switches of features (PLAT-02, PLAT-03). */
export class Settings1700000000014 implements MigrationInterface {
  name = 'Settings1700000000014';

  async up(q: QueryRunner): Promise<void> {
    await q.query(`alter table tenants
      add column fiscal_year_start_month smallint not null default 1 constraint ck_tenants_fiscal_month check (fiscal_year_start_month between 1 and 12),
      add column early_percent smallint not null default 10 constraint ck_tenants_early check (early_percent between 0 and 100),
      add column exceeded_percent smallint not null default 110 constraint ck_tenants_exceeded check (exceeded_percent between 100 and 1000),
      add column leaderboard_size smallint not null default 10 constraint ck_tenants_leaderboard_size check (leaderboard_size between 3 and 100),
      add column leaderboard_audience text not null default 'everyone'
        constraint ck_tenants_leaderboard_audience check (leaderboard_audience in ('everyone', 'leaders')),
      add column features jsonb not null default '{}' constraint ck_tenants_features check (jsonb_typeof(features) = 'object'),
      add column version integer not null default 1`);
    await q.query(`create trigger tg_tenants_version before update of ${settings} on tenants for each row execute function app.bump_version()`);
    await q.query(`grant update (time_zone, currency, fiscal_year_start_month, early_percent, exceeded_percent, leaderboard_size, leaderboard_audience,
      features, version) on tenants to waymark_app, waymark_worker`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query('drop trigger tg_tenants_version on tenants');
    await q.query('revoke update (time_zone, currency) on tenants from waymark_app, waymark_worker');
    await q.query(`alter table tenants drop column version, drop column features, drop column leaderboard_audience, drop column leaderboard_size,
      drop column exceeded_percent, drop column early_percent, drop column fiscal_year_start_month`);
  }
}
