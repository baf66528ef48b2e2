import { Injectable } from '@nestjs/common';
import { dayOf } from '@waymark/kernel';
import { AuditTrail } from '../platform/audit/audit-trail.js';
import { Db } from '../platform/database/db.js';
import { currentContext } from '../platform/request-context.js';
import { ImportMemberships } from './import-memberships.js';
import type { ImportRun, Outcome, SourceWriter } from './import-source.js';
import { ImportSources } from './import-sources.js';
import { ImportTeams } from './import-teams.js';
import { StagingRepository } from './staging.repository.js';

/** A change of the roster as the trail keeps it: ids, roles and days, no names (Q125). */
interface Change {
  action: string;
  type: string;
  object: string;
  subject: string | null;
  before: object | null;
  after: object | null;
}

/**
 * Rosters: people with roles, managers, work fraction and teams (PLAT-04, Q76). An empty cell leaves what is known; roles are added,
 * never taken away; people whom the file does not name stay as they are. The same file again changes nothing.
 */
@Injectable()
export class ImportPeople implements SourceWriter {
  constructor(
    private readonly db: Db,
    private readonly staging: StagingRepository,
    private readonly sources: ImportSources,
    private readonly teams: ImportTeams,
    private readonly memberships: ImportMemberships,
    private readonly audit: AuditTrail,
  ) {}

  async run({ importId, mayWrite }: ImportRun): Promise<Outcome> {
    await this.check();
    return (await mayWrite()) ? this.writeAudited(importId) : this.staging.dryly(() => this.write());
  }

  private async writeAudited(importId: string | null): Promise<Outcome> {
    const outcome = await this.write();
    const changes = await this.db.many<Change & Record<string, unknown>>(
      'select action, type, object, subject, before, after from changes order by place',
    );
    await this.audit.record(
      ...changes.map(({ action, type, object, subject, before, after }) => ({
        action,
        object: { type, id: object },
        subjectId: subject,
        before,
        after: { ...after, importId },
      })),
    );
    return outcome;
  }

  private async write(): Promise<Outcome> {
    const { now, timeZone } = currentContext();
    await this.db.run(
      `create temp table changes (place serial, action text not null, type text not null, object uuid not null, subject uuid, before jsonb, after jsonb) on commit drop`,
    );
    await this.people();
    await this.managers();
    await this.teams.write();
    await this.memberships.write(dayOf(now, timeZone));
    await this.roles();
    await this.sources.dateMemberships();
    return this.db.one<Outcome & Record<string, number>>(
      `select count(*) filter (where created)::int as created, count(*) filter (where not created and touched)::int as updated,
         count(*) filter (where not created and not touched)::int as unchanged
       from (select s.created, exists (select 1 from changes c where c.subject = s.user_id) as touched from staged s) r`,
    );
  }

  /** Who is meant by each row: by the id elsewhere, else by e-mail. Rows that would take somebody else's e-mail are errors. */
  private async check(): Promise<void> {
    const { tenantId } = currentContext();
    await this.db.run(
      `alter table staged add column keyed boolean, add column created boolean not null default false, add column leads boolean not null default false,
         add column user_id uuid, add column manager_id uuid, add column team_id uuid`,
    );
    await this.db.run('update staged set keyed = external_id is not null, external_id = coalesce(external_id, name)');
    await this.sources.refuseRepeats('external_id');
    await this.sources.refuseRepeats('email');
    await this.db.run('update staged s set user_id = u.id from users u where u.tenant_id = $1 and u.external_id = s.external_id', [tenantId]);
    await this.db.run(
      `update staged s set user_id = u.id from users u where s.user_id is null and u.tenant_id = $1 and u.email = s.email
         and (u.external_id is null or u.external_id = u.email or not s.keyed)`,
      [tenantId],
    );
    await this.staging.find(
      `select s.line, 'error', 'email_taken', 'email', s.email, 'Somebody else has the e-mail address "' || left(s.email, 60) || '".' from staged s
       join users u on u.tenant_id = $1 and u.email = s.email where u.id is distinct from s.user_id`,
      [tenantId],
    );
    await this.staging.find(
      `select line, 'error', 'repeated', 'email', email, 'Line ' || first || ' names the same person already.'
       from (select line, email, min(line) over (partition by user_id) as first from staged where user_id is not null) r where line <> first`,
    );
    await this.staging.find(
      `select s.line, 'incomplete', 'deactivated', null, null, 'The person is deactivated and stays so.' from staged s
       join users u on u.tenant_id = $1 and u.id = s.user_id where u.status = 'disabled'`,
      [tenantId],
    );
    await this.staging.refuseFound();
  }

  private async people(): Promise<void> {
    const { tenantId } = currentContext();
    await this.db.run(
      `with made as (insert into users (tenant_id, external_id, name, email, work_percent, started_on)
         select $1, s.external_id, s.name, s.email, coalesce(s.work_percent::smallint, 100), s.started_on::date from staged s where s.user_id is null
         order by s.external_id returning id, external_id),
       noted as (insert into changes (action, type, object, subject) select 'user.created', 'user', id, id from made)
       update staged s set user_id = m.id, created = true from made m where m.external_id = s.external_id`,
      [tenantId],
    );
    const [known, told] = [
      'u.external_id, u.name, u.email, u.work_percent, u.started_on',
      'case when u.external_id = u.email and s.keyed then s.external_id else coalesce(u.external_id, s.external_id) end, s.name, coalesce(s.email, u.email), coalesce(s.work_percent::smallint, u.work_percent), coalesce(s.started_on::date, u.started_on)',
    ];
    await this.db.run(
      `with changed as (update users u set (external_id, name, email, work_percent, started_on) = (${told}) from staged s
         where u.tenant_id = $1 and u.id = s.user_id and not s.created and (${known}) is distinct from (${told}) returning u.id)
       insert into changes (action, type, object, subject) select 'user.changed', 'user', id, id from changed`,
      [tenantId],
    );
  }

  /** A manager is named by id, e-mail or a name that one person has. Files that know people by name alone make unknown managers known (SRC-11). */
  private async managers(): Promise<void> {
    const { tenantId } = currentContext();
    await this.db.run('update staged s set manager_id = u.id from users u where u.tenant_id = $1 and u.external_id = s.manager', [tenantId]);
    await this.db.run(
      'update staged s set manager_id = u.id from users u where s.manager_id is null and u.tenant_id = $1 and u.email = lower(s.manager)',
      [tenantId],
    );
    await this.db.run(
      `update staged s set manager_id = u.id from (select name, (array_agg(id))[1] as id from users where tenant_id = $1 group by name having count(*) = 1) u
       where s.manager_id is null and u.name = s.manager`,
      [tenantId],
    );
    await this.staging.find(
      `select s.line, 'incomplete', 'ambiguous', 'manager', left(s.manager, 60), 'Several are called "' || left(s.manager, 60) || '"; name the external id. Imported without manager.'
       from staged s where s.manager_id is null and exists (select 1 from users u where u.tenant_id = $1 and u.name = s.manager)`,
      [tenantId],
    );
    await this.db.run(
      `with made as (insert into users (tenant_id, external_id, name) select distinct $1::uuid, s.manager, s.manager from staged s
         where s.manager is not null and s.manager_id is null and s.external_id = s.name and not exists (select 1 from users u where u.tenant_id = $1 and u.name = s.manager)
         returning id, external_id),
       noted as (insert into changes (action, type, object, subject) select 'user.created', 'user', id, id from made)
       update staged s set manager_id = m.id from made m where m.external_id = s.manager`,
      [tenantId],
    );
    await this.staging.find(
      `select s.line, 'incomplete', 'unknown_person', 'manager', left(s.manager, 60), 'There is no person "' || left(s.manager, 60) || '"; imported without manager.'
       from staged s where s.manager is not null and s.manager_id is null and not exists (select 1 from users u where u.tenant_id = $1 and u.name = s.manager)`,
      [tenantId],
    );
    await this.staging.find(
      `select line, 'incomplete', 'own_manager', 'manager', left(manager, 60), 'Nobody is the own manager; imported without.' from staged where manager_id = user_id`,
    );
    await this.db.run('update staged set manager_id = null where manager_id = user_id');
  }

  /** Roles that the file tells, member for whoever has none, leader for whoever leads. A reader of the person sees the roles, so its version moves. */
  private async roles(): Promise<void> {
    const { tenantId } = currentContext();
    await this.db.run(
      `with told as (select user_id, role from staged where role is not null union select user_id, 'leader' from roster_members where role = 'leader'
         union select s.user_id, 'member' from staged s where s.role is null and not s.leads and not exists (select 1 from user_roles r where r.tenant_id = $1 and r.user_id = s.user_id)),
       added as (insert into user_roles (tenant_id, user_id, role) select $1, user_id, role from told on conflict do nothing returning user_id, role)
       insert into changes (action, type, object, subject, before, after)
         select 'user.roles_changed', 'user', a.user_id, a.user_id, json_build_object('roles', held.roles),
           json_build_object('roles', array(select unnest(held.roles || array_agg(a.role)) order by 1))
         from added a cross join lateral (select array(select r.role from user_roles r where r.tenant_id = $1 and r.user_id = a.user_id order by 1) as roles) held
         group by a.user_id, held.roles`,
      [tenantId],
    );
    await this.db.run(
      `update users u set version = version from changes c where u.tenant_id = $1 and u.id = c.object and c.action = 'user.roles_changed'
         and not exists (select 1 from changes m where m.object = c.object and m.action in ('user.created', 'user.changed'))`,
      [tenantId],
    );
  }
}
