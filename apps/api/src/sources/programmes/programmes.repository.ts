import { Injectable } from '@nestjs/common';
import type { Enrolment, Programme } from '@waymark/contracts';
import { Db } from '../../platform/database/db.js';
import { type Reach, reachedCompany } from '../../access/visibility.js';
import { currentContext } from '../../platform/request-context.js';

/** Columns of a programme or an enrolment, by name. */
export type DatedColumns = Record<string, string | null>;

interface Place {
  day: string;
  id: string;
}

/** What the reader sees of companies, in $2 and $3. */
const reached = reachedCompany('c', '$2', '$3');
const enrolled = `from enrolments e join companies c on c.tenant_id = $1 and c.id = e.company_id and ${reached} where e.tenant_id = $1 and e.programme_id = p.id`;
/** Whoever does not see all companies sees the programmes in which those take part that they see. */
const seenProgramme = `($2::uuid[] is null or exists (select 1 ${enrolled}))`;
const programme = `json_build_object('id', p.id, 'externalId', p.external_id, 'name', p.name, 'startsOn', p.starts_on, 'endsOn', p.ends_on,
  'companies', (select count(distinct e.company_id) ${enrolled}),
  'note', p.note, 'recordedBy', r.name, 'version', p.version)`;
const ofProgramme = 'programmes p left join users r on r.tenant_id = $1 and r.id = p.recorded_by';
const enrolment = `json_build_object('id', e.id, 'externalId', e.external_id, 'programme', json_build_object('id', p.id, 'name', p.name), 'company', json_build_object('id', c.id, 'name', c.name),
  'fromOn', e.from_on, 'untilOn', e.until_on, 'note', e.note, 'recordedBy', r.name, 'version', e.version)`;
const ofEnrolment = `enrolments e join programmes p on p.tenant_id = $1 and p.id = e.programme_id join companies c on c.tenant_id = $1 and c.id = e.company_id and ${reached}
  left join users r on r.tenant_id = $1 and r.id = e.recorded_by`;

@Injectable()
export class ProgrammesRepository {
  constructor(private readonly db: Db) {}

  async programmes({ owners, companies }: Reach, after: Place | null, limit: number): Promise<Programme[]> {
    const rows = await this.db.many<{ one: Programme }>(
      `select ${programme} as one from ${ofProgramme} where p.tenant_id = $1 and ${seenProgramme}
         and ($4::date is null or (p.starts_on, p.id) < ($4, $5::uuid)) order by p.starts_on desc, p.id desc limit $6`,
      [currentContext().tenantId, owners, companies, after?.day ?? null, after?.id ?? null, limit],
    );
    return rows.map(({ one }) => one);
  }

  async programme({ owners, companies }: Reach, id: string): Promise<Programme | null> {
    const row = await this.db.maybe<{ one: Programme }>(
      `select ${programme} as one from ${ofProgramme} where p.tenant_id = $1 and p.id = $4 and ${seenProgramme}`,
      [currentContext().tenantId, owners, companies, id],
    );
    return row?.one ?? null;
  }

  async enrolments(
    { owners, companies }: Reach,
    asked: { companyId: string | null; programmeId: string | null },
    after: Place | null,
    limit: number,
  ): Promise<Enrolment[]> {
    const rows = await this.db.many<{ one: Enrolment }>(
      `select ${enrolment} as one from ${ofEnrolment} where e.tenant_id = $1 and ($4::uuid is null or e.company_id = $4)
         and ($5::uuid is null or e.programme_id = $5) and ($6::date is null or (e.from_on, e.id) < ($6, $7::uuid))
       order by e.from_on desc, e.id desc limit $8`,
      [currentContext().tenantId, owners, companies, asked.companyId, asked.programmeId, after?.day ?? null, after?.id ?? null, limit],
    );
    return rows.map(({ one }) => one);
  }

  async enrolment({ owners, companies }: Reach, id: string): Promise<Enrolment | null> {
    const row = await this.db.maybe<{ one: Enrolment }>(`select ${enrolment} as one from ${ofEnrolment} where e.tenant_id = $1 and e.id = $4`, [
      currentContext().tenantId,
      owners,
      companies,
      id,
    ]);
    return row?.one ?? null;
  }

  /** Holds the row until the transaction ends, so that two changes take turns. */
  async lock(table: 'programmes' | 'enrolments', id: string): Promise<void> {
    await this.db.run(`select 1 from ${table} where tenant_id = $1 and id = $2 for no key update`, [currentContext().tenantId, id]);
  }

  async insert(table: 'programmes' | 'enrolments', columns: DatedColumns): Promise<string> {
    const { tenantId, userId, now } = currentContext();
    const names = Object.keys(columns);
    const row = await this.db.one<{ id: string }>(
      `insert into ${table} (tenant_id, recorded_by, created_at, ${names.join(', ')}) values ($1, $2, $3, ${names.map((_, n) => `$${n + 4}`).join(', ')}) returning id`,
      [tenantId, userId, now, ...Object.values(columns)],
    );
    return row.id;
  }

  async update(table: 'programmes' | 'enrolments', id: string, columns: DatedColumns): Promise<void> {
    const names = Object.keys(columns);
    if (names.length === 0) return;
    await this.db.run(`update ${table} set ${names.map((name, n) => `${name} = $${n + 3}`).join(', ')} where tenant_id = $1 and id = $2`, [
      currentContext().tenantId,
      id,
      ...Object.values(columns),
    ]);
  }

  async hasExternalId(table: 'programmes' | 'enrolments', externalId: string): Promise<boolean> {
    return (
      (await this.db.maybe(`select 1 from ${table} where tenant_id = $1 and external_id = $2`, [currentContext().tenantId, externalId])) !== null
    );
  }

  async isName(name: string, besides: string | null): Promise<boolean> {
    const row = await this.db.maybe('select 1 from programmes where tenant_id = $1 and name = $2 and ($3::uuid is null or id <> $3)', [
      currentContext().tenantId,
      name,
      besides,
    ]);
    return row !== null;
  }

  async isCompany(id: string): Promise<boolean> {
    return (await this.db.maybe('select 1 from companies where tenant_id = $1 and id = $2 for key share', [currentContext().tenantId, id])) !== null;
  }

  /** Whether the company is enrolled in the programme on some of these days, both inclusive; enrolments of one company take turns. */
  async overlaps(programmeId: string, companyId: string, days: { from: string; until: string | null }, besides: string | null): Promise<boolean> {
    const { tenantId } = currentContext();
    await this.db.run('select 1 from companies where tenant_id = $1 and id = $2 for no key update', [tenantId, companyId]);
    const row = await this.db.maybe(
      `select 1 from enrolments where tenant_id = $1 and programme_id = $2 and company_id = $3 and ($6::uuid is null or id <> $6)
         and from_on <= coalesce($5::date, 'infinity') and coalesce(until_on, 'infinity') >= $4::date`,
      [tenantId, programmeId, companyId, days.from, days.until, besides],
    );
    return row !== null;
  }
}
