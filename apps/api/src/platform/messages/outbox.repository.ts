import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import { Db } from '../database/db.js';
import { currentContext } from '../request-context.js';
import type { MailContent } from './mail-content.js';
import type { Mail } from './outbox.js';

/** A mail that this process is to send now. `attempts` is also the fence: only the process of the latest attempt may mark it. */
export interface ClaimedMail {
  id: string;
  attempts: number;
  payload: MailContent;
  name: string;
  /** Null: the person has no address (any more) or is not active. */
  email: string | null;
}

/** For so long nobody else sends what was claimed. Longer than the longest try to send. */
export const leaseSeconds = 60;
/** After so many tries a mail is given up: about six hours. */
export const mostAttempts = 12;

/** The outbox in the database. Rows are found by state and time, never by "id greater than": ids do not follow the order of commits. */
@Injectable()
export class OutboxRepository {
  constructor(
    private readonly database: Database,
    private readonly db: Db,
  ) {}

  async add(tenantId: string, mail: Mail): Promise<void> {
    await this.db.run(
      `with added as (
         insert into outbox (tenant_id, dedupe_key, channel, user_id, payload, expires_at)
         values ($1, $2, 'mail', $3, $4, now() + $5 * interval '1 hour') on conflict (tenant_id, dedupe_key) do nothing returning id)
       select pg_notify('waymark_outbox', '') from added`,
      [tenantId, mail.dedupeKey, mail.userId, JSON.stringify(mail.content), mail.hours],
    );
  }

  /** Organisations that have something to send. */
  async tenants(): Promise<string[]> {
    return (
      await this.database.pool.query<{ tenant_id: string }>(
        'select tenant_id from app.tenants_with_mail() where tenant_id not in (select app.suspended_tenants())',
      )
    ).rows.map((row) => row.tenant_id);
  }

  /** Takes mails that are due; what is too old is set aside. The claim is a time: when this process dies, others see the mails again after it. */
  async claim(limit: number): Promise<ClaimedMail[]> {
    const { tenantId } = currentContext();
    await this.expire();
    return this.db.many<ClaimedMail & Record<string, unknown>>(
      `with due as (
         select id from outbox where tenant_id = $1 and state = 'ready' and available_at <= now() order by available_at limit $2 for update skip locked),
       claimed as (
         update outbox o set attempts = o.attempts + 1, available_at = now() + $3 * interval '1 second'
         from due where o.tenant_id = $1 and o.id = due.id returning o.*)
       select c.id, c.attempts, c.payload, u.name, case when u.status = 'active' then u.email end as email
       from claimed c join users u on u.tenant_id = $1 and u.id = c.user_id`,
      [tenantId, limit, leaseSeconds],
    );
  }

  /** Ends a mail; its content is forgotten. False when another process has taken it over meanwhile. */
  async finish(mail: ClaimedMail, state: 'sent' | 'dead' | 'dropped', error: string | null): Promise<boolean> {
    return (
      (await this.db.run(
        `update outbox set state = $4, payload = '{}', last_error = $5, done_at = now() where tenant_id = $1 and id = $2 and attempts = $3 and state = 'ready'`,
        [currentContext().tenantId, mail.id, mail.attempts, state, error],
      )) === 1
    );
  }

  /** Another try later: 30 s, doubled each time up to an hour, each stretched by up to a half so that they do not come together. */
  async retry(mail: ClaimedMail, error: string): Promise<void> {
    await this.db.run(
      `update outbox set last_error = $4, available_at = now() + least(3600, 30 * 2 ^ least(attempts - 1, 10)) * (1 + $5::float8 / 2) * interval '1 second'
       where tenant_id = $1 and id = $2 and attempts = $3 and state = 'ready'`,
      [currentContext().tenantId, mail.id, mail.attempts, error, Math.random()],
    );
  }

  /** Notes once why mails wait; answers how many were new to it. */
  async noteWaiting(reason: string): Promise<number> {
    await this.expire();
    return this.db.run(`update outbox set last_error = $2 where tenant_id = $1 and state = 'ready' and last_error is distinct from $2`, [
      currentContext().tenantId,
      reason,
    ]);
  }

  /** Forgets that something was sent, so that the table stays small. A repeat of the same matter comes long before. */
  async forgetOld(): Promise<void> {
    await this.db.run(`delete from outbox where tenant_id = $1 and state <> 'ready' and done_at < now() - interval '90 days'`, [
      currentContext().tenantId,
    ]);
  }

  private async expire(): Promise<void> {
    await this.db.run(
      `update outbox set state = 'expired', payload = '{}', done_at = now() where tenant_id = $1 and state = 'ready' and expires_at <= now()`,
      [currentContext().tenantId],
    );
  }
}
