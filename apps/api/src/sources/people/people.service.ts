import { Injectable } from '@nestjs/common';
import type { PipelineStagePage, ProductPage, TeamPage, UserPage, UserQuery } from '@waymark/contracts';
import { limits } from '@waymark/contracts';
import { dayOf } from '@waymark/kernel';
import { decodeCursor, encodeCursor } from '../../platform/http/cursor.js';
import { invalid } from '../../platform/http/validation.js';
import { currentContext } from '../../platform/request-context.js';
import { PeopleRepository } from './people.repository.js';

@Injectable()
export class PeopleService {
  constructor(private readonly repository: PeopleRepository) {}

  async users(query: UserQuery): Promise<UserPage> {
    const limit = query.limit ?? limits.page.default;
    const keys = decodeCursor(query.cursor, 3);
    const sort = query.sort ?? 'name';
    if (keys && keys[2] !== sort) throw invalid([{ field: 'cursor', code: 'cursor', message: 'cursor belongs to another sorting' }]);
    const rows = await this.repository.users({
      role: query.role ?? null,
      teamId: query.teamId ?? null,
      q: query.q ? query.q.replaceAll(/[\\%_]/g, '\\$&') : null,
      status: query.status ?? null,
      descending: sort === '-name',
      after: keys ? { name: keys[0] as string, id: keys[1] as string } : null,
      limit: limit + 1,
      today: today(),
    });
    const items = rows.slice(0, limit);
    const last = items.at(-1);
    return { items, nextCursor: rows.length > limit && last ? encodeCursor([last.name, last.id, sort]) : null };
  }

  async teams(): Promise<TeamPage> {
    return { items: await this.repository.teams(today()), nextCursor: null };
  }

  async products(): Promise<ProductPage> {
    return { items: await this.repository.products(), nextCursor: null };
  }

  async stages(): Promise<PipelineStagePage> {
    return { items: await this.repository.stages(), nextCursor: null };
  }
}

function today(): string {
  const { now, timeZone } = currentContext();
  return dayOf(now, timeZone);
}
