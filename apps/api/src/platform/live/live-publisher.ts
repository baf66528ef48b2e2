import { Injectable } from '@nestjs/common';
import { Db } from '../database/db.js';
import { currentContext } from '../request-context.js';

/** What changed, small enough to be sent to everybody who may see it: no values, only ids. */
export interface LiveEvent {
  type: 'goals' | 'gates' | 'restrictions' | 'deals' | 'records' | 'imports' | 'ingest' | 'notifications' | 'metrics';
  ids: string[];
  /** Only these people are told; without it everybody of the organisation. */
  userIds?: string[];
}

const mostIds = 50;

/** Announces changes inside the writer's transaction; they leave when it commits (PLAT-10). */
@Injectable()
export class LivePublisher {
  constructor(private readonly db: Db) {}

  async publish(event: LiveEvent): Promise<void> {
    const ids = event.ids.length > mostIds ? [] : event.ids; // an empty list means "many": readers refetch
    const payload = JSON.stringify({ tenantId: currentContext().tenantId, ...event, ids });
    if (payload.length > 7900) return this.publish({ type: event.type, ids: [] });
    await this.db.run(`select pg_notify('waymark_live', $1)`, [payload]);
  }
}
