import { Injectable } from '@nestjs/common';
import { currentContext } from '../request-context.js';
import type { MailContent } from './mail-content.js';
import { OutboxRepository } from './outbox.repository.js';

/** A mail to one person. `dedupeKey` says what it is about: the same key is never sent twice within an organisation. */
export interface Mail {
  userId: string;
  dedupeKey: string;
  content: MailContent;
  /** After so many hours it is not worth sending any more. */
  hours: number;
}

/** Mails, written inside the transaction of whatever caused them and sent by the worker's relay afterwards (Q119). */
@Injectable()
export class Outbox {
  constructor(private readonly repository: OutboxRepository) {}

  async mail(mail: Mail): Promise<void> {
    await this.repository.add(currentContext().tenantId, mail);
  }
}
