import { Injectable, Logger } from '@nestjs/common';
import type { ErasureResult, EraseRequest } from '@waymark/contracts';
import { DomainError } from '@waymark/kernel';
import { AuditTrail } from '../platform/audit/audit-trail.js';
import { currentContext } from '../platform/request-context.js';
import { ErasureRepository, type PersonToErase } from './erasure.repository.js';
import { mentionsOf, pseudonymOf } from './mentions.js';

/** Takes a person out of the organisation's data and leaves the figures as they are (PLAT-11). */
@Injectable()
export class Erasure {
  private readonly logger = new Logger('privacy');

  constructor(
    private readonly repository: ErasureRepository,
    private readonly audit: AuditTrail,
  ) {}

  /** Throws `not_found`, `conflict` with the reason, or `invalid` when the typed name is not the person's. */
  async erase(userId: string, request: EraseRequest): Promise<ErasureResult> {
    const person = await this.repository.lock(userId);
    if (!person) throw new DomainError('not_found', 'There is no such record, or you may not see it.');
    refuse(person);
    if (request.confirmName.trim() !== person.name)
      throw new DomainError('invalid', 'Type the name of the person exactly as it stands.', {
        fields: [{ field: 'confirmName', code: 'not_the_name', message: 'is not the name of the person' }],
      });
    if (mentionsOf([person.name, person.email, person.external_id])?.isIn(request.reason))
      throw new DomainError('invalid', 'The reason stays in the audit trail, so it cannot name the person.', {
        fields: [{ field: 'reason', code: 'names_the_person', message: 'names the person' }],
      });
    return this.forget(person, request.reason);
  }

  /** Erases those of the list who are there with a name again: what a restored backup needs. Answers how many. */
  async replay(userIds: readonly string[]): Promise<number> {
    let erased = 0;
    for (const id of userIds) {
      const person = await this.repository.lock(id);
      if (!person || person.erased) continue;
      await this.forget(person, 'Erased before the backup was restored');
      erased += 1;
    }
    return erased;
  }

  private async forget(person: PersonToErase, reason: string): Promise<ErasureResult> {
    const pseudonym = pseudonymOf(person.id);
    const pattern = mentionsOf([person.name, person.email, person.external_id])?.pattern;
    await this.repository.overwrite(person.id, pseudonym);
    const replacedMentions = pattern ? await this.repository.replaceMentions(pattern, pseudonym) : 0;
    const sealedMentions = pattern ? await this.repository.sealedMentions(pattern) : 0;
    await this.repository.note(person.id, pseudonym);
    const after = { pseudonym, replacedMentions, sealedMentions };
    await this.audit.record({ action: 'person.erased', object: { type: 'user', id: person.id }, subjectId: person.id, after, reason });
    this.logger.log({ erasure: { tenant: currentContext().tenantId, user: person.id } });
    return { id: person.id, ...after };
  }
}

function refuse(person: PersonToErase): void {
  if (person.erased) throw new DomainError('conflict', 'This person is erased already.', { params: { reason: 'erased' } });
  if (person.last_admin)
    throw new DomainError('conflict', 'This is the last administrator. Make somebody else an administrator first.', {
      params: { reason: 'last_admin' },
    });
  if (person.open_decisions)
    throw new DomainError('conflict', 'A decision about this person is open. Decide it first.', { params: { reason: 'open_decision' } });
  if (person.importing)
    throw new DomainError('conflict', 'An import is running and may name the person. Try again when it has ended.', {
      params: { reason: 'import_running' },
    });
}
