import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Until when a person's facts have been judged: loading history must not slip under a verdict (Q98). */
export class JudgedUntil1700000000018 implements MigrationInterface {
  name = 'JudgedUntil1700000000018';

  async up(q: QueryRunner): Promise<void> {
    await q.query(`create function app.judged_until(tenant_in uuid) returns table (user_id uuid, known_until timestamptz) language sql stable as
      $$ select g.user_id, max(v.known_until) from verdicts v join gates g on g.tenant_id = v.tenant_id and g.id = v.gate_id
         where v.tenant_id = tenant_in group by g.user_id $$`);
    await q.query('revoke all on function app.judged_until(uuid) from public');
    await q.query('grant execute on function app.judged_until(uuid) to waymark_app, waymark_worker');
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query('drop function app.judged_until(uuid)');
  }
}
