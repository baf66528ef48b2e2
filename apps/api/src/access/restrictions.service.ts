import { Injectable } from '@nestjs/common';
import { DomainError, type GuardedAction } from '@waymark/kernel';
import { currentContext } from '../platform/request-context.js';
import { RestrictionsRepository } from './restrictions.repository.js';

/** Asks whether people may act, whatever the way in: pages, REST, import, job (GATE-07). Every domain service calls it before it acts. */
@Injectable()
export class Restrictions {
  constructor(private readonly repository: RestrictionsRepository) {}

  /** Refuses with the restriction, gate, measured and needed value, and ways out (GATE-08). Holds the people's rows until the transaction ends. */
  async assertMay(action: GuardedAction, ...userIds: (string | null)[]): Promise<void> {
    const people = [...new Set(userIds.filter((id) => id !== null))].sort();
    if (people.length === 0) return;
    const { now, userId } = currentContext();
    const [found] = await this.repository.blocking(action, people, now);
    if (!found) return;
    const whose = found.userId === userId ? 'You' : found.userName;
    throw new DomainError('restricted', `${whose} cannot create new deals right now: ${found.gateName} is not met.`, {
      params: {
        restriction: {
          id: found.id,
          kind: found.kind,
          userId: found.userId,
          userName: found.userName,
          gateId: found.gateId,
          gateName: found.gateName,
          since: found.since.toISOString(),
          measured: found.measured,
          needed: found.needed,
          waysOut: [...(found.remedies ?? []), 'Ask the contact named on the restriction page'],
          href: `/restrictions/${found.id}`,
        },
      },
    });
  }

  /** Of these people, those who may not do it now. For work that goes row by row (imports). */
  async blockedAmong(action: GuardedAction, userIds: readonly string[]): Promise<Map<string, { restrictionId: string; gateName: string }>> {
    const found = await this.repository.blocking(action, [...new Set(userIds)].sort(), currentContext().now);
    return new Map(found.map((row) => [row.userId, { restrictionId: row.id, gateName: row.gateName }]));
  }
}
