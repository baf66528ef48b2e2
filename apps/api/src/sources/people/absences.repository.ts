import { Injectable } from '@nestjs/common';
import type { Absence, AbsenceKind } from '@waymark/contracts';
import { Db } from '../../platform/database/db.js';
import { currentContext } from '../../platform/request-context.js';

/** An absence as it shall be. */
export interface AbsenceValues {
  kind: AbsenceKind;
  fromOn: string;
  untilOn: string | null;
}

@Injectable()
export class AbsencesRepository {
  constructor(private readonly db: Db) {}

  /** Absences of a person as they are known now, newest first; of one id when it is given. */
  async of(userId: string, id: string | null, after: { fromOn: string; id: string } | null, limit: number): Promise<Absence[]> {
    const rows = await this.db.many<{ absence: Absence }>(
      `select json_build_object('id', a.id, 'user', json_build_object('id', u.id, 'name', u.name), 'kind', a.kind, 'fromOn', a.from_on, 'untilOn', a.until_on,
         'version', a.version) as absence from absences a join users u on u.tenant_id = $1 and u.id = a.user_id
       where a.tenant_id = $1 and a.user_id = $2 and a.known_to is null and ($3::uuid is null or a.id = $3) and ($4::date is null or (a.from_on, a.id) < ($4, $5::uuid))
       order by a.from_on desc, a.id desc limit $6`,
      [currentContext().tenantId, userId, id, after?.fromOn ?? null, after?.id ?? null, limit],
    );
    return rows.map((row) => row.absence);
  }

  async insert(userId: string, { kind, fromOn, untilOn }: AbsenceValues): Promise<string> {
    const { tenantId, now } = currentContext();
    const row = await this.db.one<{ id: string }>(
      'insert into absences (tenant_id, user_id, kind, from_on, until_on, known_at) values ($1, $2, $3, $4, $5, $6) returning id',
      [tenantId, userId, kind, fromOn, untilOn, now],
    );
    return row.id;
  }

  /** Closes the version that was known until now and writes the next one. */
  async update({ id, user, version }: Absence, { kind, fromOn, untilOn }: AbsenceValues): Promise<void> {
    await this.close(id);
    const { tenantId, now } = currentContext();
    await this.db.run(
      'insert into absences (tenant_id, id, version, user_id, kind, from_on, until_on, known_at) values ($1, $2, $3, $4, $5, $6, $7, $8)',
      [tenantId, id, version + 1, user.id, kind, fromOn, untilOn, now],
    );
  }

  /** From now on nobody knows of it. */
  async close(id: string): Promise<void> {
    const { tenantId, now } = currentContext();
    await this.db.run('update absences set known_to = $3 where tenant_id = $1 and id = $2 and known_to is null', [tenantId, id, now]);
  }
}
