import { Injectable } from '@nestjs/common';
import { Db } from '../database/db.js';
import { currentContext } from '../request-context.js';

/** A message to one person. `dedupeKey` says what it is about: the same key never reaches the same person twice. */
export interface Notice {
  userId: string;
  dedupeKey: string;
  code: string;
  params: Record<string, unknown>;
  sentence: string;
  /** Path inside the web app, below the organisation. */
  link: string | null;
}

/** The in-app inbox, written inside the transaction of whatever caused the message. Who has an address and wants it gets a mail too. */
@Injectable()
export class Inbox {
  constructor(private readonly db: Db) {}

  /** Stores the notices in one statement; repeats are dropped. Answers how many were new. */
  async send(notices: readonly Notice[]): Promise<number> {
    if (notices.length === 0) return 0;
    const { tenantId, now } = currentContext();
    const { told } = await this.db.one<{ told: number }>(
      `with told as (
         insert into notifications (tenant_id, user_id, dedupe_key, code, params, sentence, link, created_at)
         select $1, n.user_id, n.dedupe_key, n.code, n.params, n.sentence, n.link, $3
         from jsonb_to_recordset($2::jsonb) as n (user_id uuid, dedupe_key text, code text, params jsonb, sentence text, link text)
         on conflict (tenant_id, user_id, dedupe_key) do nothing returning id, user_id, sentence, link),
       mailed as (
         insert into outbox (tenant_id, dedupe_key, channel, user_id, payload, expires_at)
         select $1, 'notice:' || t.id, 'mail', t.user_id, jsonb_build_object('kind', 'notice', 'sentence', t.sentence, 'path', t.link),
           now() + interval '3 days'
         from told t join users u on u.tenant_id = $1 and u.id = t.user_id
         where u.email is not null and u.mail_notices and u.status = 'active' returning id)
       select (select count(*) from told)::int as told, (select pg_notify('waymark_outbox', '') from mailed limit 1)`,
      [
        tenantId,
        JSON.stringify(
          notices.map((n) => ({ user_id: n.userId, dedupe_key: n.dedupeKey, code: n.code, params: n.params, sentence: n.sentence, link: n.link })),
        ),
        now,
      ],
    );
    return told;
  }
}
