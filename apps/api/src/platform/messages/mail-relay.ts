import { type BeforeApplicationShutdown, Inject, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { CONFIG, type Config } from '../../config/config.js';
import { UnitOfWork } from '../database/unit-of-work.js';
import { JobRegistry } from '../jobs/job-registry.js';
import { Listener } from '../live/listener.js';
import { currentContext } from '../request-context.js';
import { type MailFrame, mailText } from './mail-content.js';
import { MailTransport } from './mail-transport.js';
import { type ClaimedMail, mostAttempts, OutboxRepository } from './outbox.repository.js';

const mailsAtOnce = 10;
const noServer = 'SMTP_URL is not set: mails wait here until it is';

/**
 * Sends what stands in the outbox, in the worker: claims in one transaction, sends outside of any, marks in another. A worker that dies in between
 * leaves its claim to run out; the mail is then sent again with the same Message-ID. Any number of workers may run.
 */
@Injectable()
export class MailRelay implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('mail');
  private round: Promise<void> | null = null;
  private stopping = false;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly outbox: OutboxRepository,
    private readonly transport: MailTransport,
    private readonly units: UnitOfWork,
    private readonly listener: Listener,
    registry: JobRegistry,
  ) {
    registry.register({ key: 'outbox-daily', schedule: 'daily', catchUp: 'latest', run: () => outbox.forgetOld() });
  }

  onApplicationBootstrap(): void {
    if (this.config.role !== 'worker') return;
    this.listener.on('waymark_outbox', () => void this.wake());
    void this.wake();
  }

  @Interval(1000)
  wake(): Promise<void> {
    if (this.config.role !== 'worker' || this.stopping) return Promise.resolve();
    this.round ??= this.sendDue()
      .catch((error: unknown) => this.logger.warn({ error }, 'mails wait'))
      .finally(() => {
        this.round = null;
      });
    return this.round;
  }

  /** Sends everything that is due now, organisation by organisation. */
  async sendDue(): Promise<void> {
    for (const tenantId of await this.outbox.tenants()) {
      if (this.stopping) return;
      if (this.transport.configured) await this.sendOf(tenantId);
      else await this.explain(tenantId);
    }
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopping = true;
    await this.round;
  }

  private async sendOf(tenantId: string): Promise<void> {
    const { mails, frame } = await this.units.run({ tenantId }, async () => {
      const { organisation, slug } = currentContext();
      return { mails: await this.outbox.claim(mailsAtOnce), frame: { organisation, slug, publicUrl: this.config.publicUrl } };
    });
    await Promise.all(mails.map((mail) => this.sendOne(tenantId, mail, { ...frame, name: mail.name })));
  }

  private async sendOne(tenantId: string, mail: ClaimedMail, frame: MailFrame): Promise<void> {
    const mark = <T>(work: () => Promise<T>) => this.units.run({ tenantId }, work);
    if (mail.email === null) {
      await mark(() => this.outbox.finish(mail, 'dropped', 'the person has no address or is not active'));
      return;
    }
    const failure = await this.transport.send(mail.id, { name: mail.name, email: mail.email }, mailText(mail.payload, frame));
    if (failure === null) await mark(() => this.outbox.finish(mail, 'sent', null));
    else if (failure.forGood || mail.attempts >= mostAttempts) {
      this.logger.error({ mail: mail.id, tenant: tenantId, attempts: mail.attempts }, `mail given up: ${failure.sentence}`);
      await mark(() => this.outbox.finish(mail, 'dead', failure.sentence));
    } else {
      this.logger.warn({ mail: mail.id, tenant: tenantId, attempts: mail.attempts }, `mail waits: ${failure.sentence}`);
      await mark(() => this.outbox.retry(mail, failure.sentence));
    }
  }

  /** No mail server: the outbox and the log say so, once per mail. */
  private async explain(tenantId: string): Promise<void> {
    const waiting = await this.units.run({ tenantId }, () => this.outbox.noteWaiting(noServer));
    if (waiting > 0) this.logger.warn({ tenant: tenantId, waiting }, noServer);
  }
}
