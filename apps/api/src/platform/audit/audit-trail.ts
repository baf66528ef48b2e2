import { Injectable } from '@nestjs/common';
import { Db } from '../database/db.js';
import { currentContext, currentUnit } from '../request-context.js';

/** One change as the trail keeps it. `before` and `after` hold ids, figures and words of rules, never personal fields (Q125). */
export interface AuditEntry {
  /** What was done, as noun and past participle: `goal.changed`. Permanent. */
  action: string;
  object: { type: string; id: string | null };
  /** The person concerned, when it is not the actor's own affair. */
  subjectId?: string | null;
  before?: object | null;
  after?: object | null;
  reason?: string | null;
}

/** Writes the audit trail in the writer's own transaction; the database seals it into the tenant's chain at commit (PLAT-07). */
@Injectable()
export class AuditTrail {
  constructor(private readonly db: Db) {}

  /** One statement for any number of entries. Who acts, by which API key and in which request come from the context; the time is the database's real time (Q100). */
  async record(...entries: AuditEntry[]): Promise<void> {
    if (entries.length === 0) return;
    const { tenantId, userId, requestId, key } = currentContext();
    const unit = currentUnit();
    if (unit) unit.audited = true;
    const json = (value: object | null | undefined) => (value ? JSON.stringify(value) : null);
    const values = entries.map((entry) => [
      entry.action,
      entry.object.type,
      entry.object.id,
      entry.subjectId ?? null,
      json(entry.before),
      json(key ? { ...entry.after, apiKeyId: key.id } : entry.after),
      entry.reason ?? null,
    ]);
    const rows = values.map((row, n) => `($1, $2, $3, ${row.map((_, column) => `$${4 + n * row.length + column}`).join(', ')})`);
    await this.db.run(
      `insert into audit_events (tenant_id, actor_id, request_id, action, object_type, object_id, subject_id, before, after, reason) values ${rows.join(', ')}`,
      [tenantId, userId, requestId, ...values.flat()],
    );
  }

  /** What was asked for was so already: there is nothing to tell. */
  nothingChanged(): void {
    const unit = currentUnit();
    if (unit) unit.audited = true;
  }
}

/** The fields of `after` that differ from `before`, on both sides: what a reader of the trail wants to see. */
export function changedFields<T extends object>(before: T, after: Partial<T>): { before: Partial<T>; after: Partial<T> } {
  const changed = (Object.keys(after) as (keyof T)[]).filter(
    (key) => after[key] !== undefined && JSON.stringify(after[key]) !== JSON.stringify(before[key]),
  );
  const pick = (from: Partial<T>) => Object.fromEntries(changed.map((key) => [key, from[key] ?? null])) as Partial<T>;
  return { before: pick(before), after: pick(after) };
}
