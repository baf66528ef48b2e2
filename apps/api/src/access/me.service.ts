import { Injectable } from '@nestjs/common';
import type { Me, NotificationPage } from '@waymark/contracts';
import { dayOf, DomainError } from '@waymark/kernel';
import { Features } from '../platform/features/features.js';
import { decodeCursor, encodeCursor } from '../platform/http/cursor.js';
import { currentContext } from '../platform/request-context.js';
import { capabilitiesOf } from './permissions.js';
import { RestrictionsRepository } from './restrictions.repository.js';
import { SessionsRepository } from './sessions.repository.js';

/** Who is signed in, and the own inbox. */
@Injectable()
export class MeService {
  constructor(
    private readonly repository: SessionsRepository,
    private readonly restrictions: RestrictionsRepository,
    private readonly features: Features,
  ) {}

  /** Who is signed in, with the rights and restrictions of now. */
  async me(): Promise<Me> {
    const context = currentContext();
    const userId = context.userId as string;
    return {
      id: userId,
      name: context.name,
      roles: [...context.roles],
      capabilities: capabilitiesOf(context.roles),
      organisation: {
        slug: context.slug,
        name: context.organisation,
        timeZone: context.timeZone,
        currency: context.currency,
        demo: context.demo,
        today: dayOf(context.now, context.timeZone),
        now: context.now.toISOString(),
      },
      features: await this.features.states(),
      restrictions: await this.restrictions.summariesOf(userId, context.now),
      unreadNotifications: await this.repository.unreadCount(userId),
    };
  }

  async notifications(cursor: string | undefined, limit: number): Promise<NotificationPage> {
    const [after = null] = decodeCursor(cursor, 1) ?? [];
    const page = JSON.parse(await this.repository.notificationsPage(currentContext().userId as string, after, limit)) as NotificationPage & {
      nextId: string | null;
    };
    return { items: page.items, nextCursor: page.nextId === null ? null : encodeCursor([page.nextId]) };
  }

  async markRead(id: string): Promise<void> {
    if (!(await this.repository.markRead(currentContext().userId as string, id)))
      throw new DomainError('not_found', 'There is no such message in your inbox.');
  }
}
