import { Injectable } from '@nestjs/common';
import { DomainError } from '@waymark/kernel';
import { Restrictions } from '../../access/restrictions.service.js';
import { Visibility } from '../../access/visibility.js';
import { invalid } from '../../platform/http/validation.js';
import { currentContext } from '../../platform/request-context.js';
import { createsDeal } from './deal-guard.js';
import { type ItemState, PipelineItemsRepository } from './pipeline-items.repository.js';

/** Whose items one may read and change, and whether a step is held back by a restriction. */
@Injectable()
export class ItemAccess {
  constructor(
    private readonly visibility: Visibility,
    private readonly restrictions: Restrictions,
    private readonly repository: PipelineItemsRepository,
  ) {}

  readable(): Promise<string[] | null> {
    return this.visibility.visibleOwners('deals.read');
  }

  assertReads(ownerId: string): Promise<void> {
    return this.visibility.assertSees('deals.read', ownerId);
  }

  async assertWrites(ownerId: string, field?: string): Promise<void> {
    const owners = await this.visibility.visibleOwners('deals.write');
    if (owners?.includes(ownerId) ?? (await this.repository.exists('users', ownerId))) return;
    if (field) throw invalid([{ field, code: 'unknown', message: 'There is no such person, or you may not give them deals' }]);
    throw unknownItem();
  }

  /** A deal may be handed to anybody of the organisation; whether that person may get one is asked by the guard. */
  async assertKnownPerson(ownerId: string): Promise<void> {
    if (!(await this.repository.exists('users', ownerId))) throw invalid([{ field: 'ownerId', code: 'unknown', message: 'There is no such person' }]);
  }

  async assertMayStep(before: ItemState | null, after: ItemState): Promise<void> {
    if (createsDeal(before, after)) await this.restrictions.assertMay('deal.create', currentContext().userId, after.ownerId);
  }
}

/** Not there and not to be seen have the same answer. */
export function unknownItem(): DomainError {
  return new DomainError('not_found', 'There is no such record, or you may not see it.');
}
