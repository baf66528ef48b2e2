import { Injectable } from '@nestjs/common';
import type { AssignmentState, CompanyPerson, CompanyRole } from '@waymark/contracts';
import { Db } from '../../platform/database/db.js';
import { currentContext } from '../../platform/request-context.js';

/** An assignment as it shall be; `untilOn` is the first day after it. */
export interface Assignment {
  userId: string;
  role: CompanyRole;
  fromOn: string;
  untilOn: string | null;
  note: string | null;
}

export interface AssignmentFilter {
  id: string | null;
  role: CompanyRole | null;
  state: AssignmentState | null;
  after: { day: string; id: string } | null;
  limit: number;
  today: string;
}

/** Where an assignment stands on day $3. */
const state = `case when a.until_on <= greatest($3::date, a.from_on) then 'past' when a.from_on > $3 then 'coming' else 'current' end`;
const assignment = `json_build_object('id', a.id, 'company', json_build_object('id', c.id, 'name', c.name), 'user', json_build_object('id', u.id, 'name', u.name),
  'role', a.role, 'fromOn', a.from_on, 'untilOn', a.until_on, 'state', ${state}, 'note', a.note, 'recordedBy', r.name, 'version', a.version)`;

@Injectable()
export class CompanyPeopleRepository {
  constructor(private readonly db: Db) {}

  /** Assignments of a company, the latest first; of one id when it is given. */
  async of(companyId: string, filter: AssignmentFilter): Promise<CompanyPerson[]> {
    const rows = await this.db.many<{ one: CompanyPerson }>(
      `select ${assignment} as one from company_people a join companies c on c.tenant_id = $1 and c.id = a.company_id
         join users u on u.tenant_id = $1 and u.id = a.user_id left join users r on r.tenant_id = $1 and r.id = a.recorded_by
       where a.tenant_id = $1 and a.company_id = $2 and ($4::uuid is null or a.id = $4) and ($5::text is null or a.role = $5)
         and ($6::text is null or ${state} = $6) and ($7::date is null or (a.from_on, a.id) < ($7, $8::uuid))
       order by a.from_on desc, a.id desc limit $9`,
      [
        currentContext().tenantId,
        companyId,
        filter.today,
        filter.id,
        filter.role,
        filter.state,
        filter.after?.day ?? null,
        filter.after?.id ?? null,
        filter.limit,
      ],
    );
    return rows.map(({ one }) => one);
  }

  /** Holds company and person until the transaction ends: assignments of a company take turns, and both stay what they are. False: one of them is missing. */
  async holdCompany(id: string): Promise<boolean> {
    return (await this.db.run('select 1 from companies where tenant_id = $1 and id = $2 for no key update', [currentContext().tenantId, id])) > 0;
  }

  /** Status and roles of a person, held until the transaction ends; null: there is none. */
  person(id: string): Promise<{ status: string; roles: string[] } | null> {
    return this.db.maybe<{ status: string; roles: string[] }>(
      `select u.status, array(select r.role from user_roles r where r.tenant_id = $1 and r.user_id = u.id) as roles
       from users u where u.tenant_id = $1 and u.id = $2 for key share of u`,
      [currentContext().tenantId, id],
    );
  }

  /** An assignment of the person at the company that shares a day with the span, apart from `except`. */
  async overlapping(companyId: string, { userId, fromOn, untilOn }: Assignment, except: string | null): Promise<string | null> {
    const row = await this.db.maybe<{ id: string }>(
      `select id from company_people where tenant_id = $1 and company_id = $2 and user_id = $3 and ($6::uuid is null or id <> $6)
         and daterange(from_on, until_on, '[)') && daterange($4::date, $5::date, '[)') order by from_on limit 1`,
      [currentContext().tenantId, companyId, userId, fromOn, untilOn, except],
    );
    return row?.id ?? null;
  }

  async insert(companyId: string, { userId, role, fromOn, untilOn, note }: Assignment): Promise<string> {
    const { tenantId, userId: by, now } = currentContext();
    const row = await this.db.one<{ id: string }>(
      `insert into company_people (tenant_id, company_id, user_id, role, from_on, until_on, note, created_at, recorded_by)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9) returning id`,
      [tenantId, companyId, userId, role, fromOn, untilOn, note, now, by],
    );
    return row.id;
  }

  async update(id: string, { fromOn, untilOn, note }: Assignment): Promise<void> {
    await this.db.run('update company_people set from_on = $3, until_on = $4, note = $5 where tenant_id = $1 and id = $2', [
      currentContext().tenantId,
      id,
      fromOn,
      untilOn,
      note,
    ]);
  }

  /** Moves the company's version: whoever reads the company sees its people. */
  async touch(companyId: string): Promise<void> {
    await this.db.run('update companies set version = version where tenant_id = $1 and id = $2', [currentContext().tenantId, companyId]);
  }
}
