import { Injectable } from '@nestjs/common';
import type { AuditChain, AuditEvent, AuditQuery, PageQuery, RestrictionReads } from '@waymark/contracts';
import { limits } from '@waymark/contracts';
import { DomainError } from '@waymark/kernel';
import { AuditTrail } from '../platform/audit/audit-trail.js';
import { UnitOfWork } from '../platform/database/unit-of-work.js';
import { decodeCursor, encodeCursor } from '../platform/http/cursor.js';
import { csvFile } from '../platform/http/csv.js';
import { Inbox } from '../platform/messages/inbox.js';
import { currentContext } from '../platform/request-context.js';
import { AuditLogRepository } from './audit-log.repository.js';

const linesInFile = 10_000;
/** So many people whose restrictions one reader opens within ten minutes are no day's work: the admins are told. */
const manyPeople = 50;
const json = (value: object | null) => (value === null ? null : JSON.stringify(value));

/** The audit trail for its readers, and the log of who read whose restriction (PLAT-07). */
@Injectable()
export class AuditLog {
  constructor(
    private readonly repository: AuditLogRepository,
    private readonly trail: AuditTrail,
    private readonly units: UnitOfWork,
    private readonly inbox: Inbox,
  ) {}

  /** A page as JSON text. */
  async page(query: AuditQuery): Promise<string> {
    const [after = null] = decodeCursor(query.cursor, 1) ?? [];
    const page = await this.repository.page(query, after, query.limit ?? limits.page.default);
    return `{"items":${page.items},"nextCursor":${page.next === null ? 'null' : JSON.stringify(encodeCursor([page.next]))}}`;
  }

  /** What the filters take as a file. A file that would be cut off is refused, since nobody would see that lines are missing. */
  async file(query: AuditQuery): Promise<string> {
    const page = await this.repository.page(query, null, linesInFile);
    if (page.next !== null)
      throw new DomainError('unprocessable', 'More than 10,000 lines fit these filters. Narrow them, for example by from and to.', {
        fields: [{ field: 'from', code: 'too_many', message: 'more than 10,000 lines' }],
      });
    const lines = JSON.parse(page.items) as AuditEvent[];
    return csvFile(
      ['seq', 'at', 'actorId', 'actor', 'action', 'objectType', 'objectId', 'subjectId', 'subject', 'before', 'after', 'reason', 'requestId', 'hash'],
      lines.map((line) => [
        ...[line.seq, line.at, line.actor?.id ?? null, line.actor?.name ?? null, line.action, line.objectType, line.objectId],
        ...[line.subject?.id ?? null, line.subject?.name ?? null, json(line.before), json(line.after), line.reason, line.requestId, line.hash],
      ]),
    );
  }

  async chain(): Promise<AuditChain> {
    const chain = await this.repository.chain();
    return { ...chain, whole: chain.faults.length === 0 };
  }

  /**
   * Notes that somebody reads what concerns another person, in a short transaction of its own before the answer leaves; without the note there is no
   * answer (Q113). Who reads about very many people in a short time is told to the admins.
   */
  async noteRead(restrictionId: string, subjectId: string): Promise<void> {
    const { tenantId, userId } = currentContext();
    if (userId === null || userId === subjectId) return;
    const entry = { action: 'restriction.read', object: { type: 'restriction', id: restrictionId }, subjectId };
    await this.units
      .run({ tenantId, userId, separate: true }, async () => {
        await this.trail.record(entry);
        await this.tellOfMany(userId);
      })
      .catch(() => {
        throw new DomainError('unavailable', 'The reading could not be noted, so it is not shown. Try again in a moment.');
      });
  }

  /** Once an hour and reader. */
  private async tellOfMany(readerId: string): Promise<void> {
    if ((await this.repository.peopleReadAbout(readerId)) < manyPeople) return;
    const [reader, ...admins] = await this.repository.nameAndAdmins(readerId);
    const sentence = `${reader?.name ?? 'Somebody'} opened the restrictions of ${manyPeople} people within ten minutes. Each of them sees it under "Who looked at your restrictions".`;
    const hour = currentContext().now.toISOString().slice(0, 13);
    await this.inbox.send(
      admins.map(({ id }) => ({
        ...{ userId: id, dedupeKey: `reads:${readerId}:${hour}`, code: 'many_reads', params: { readerId, people: manyPeople }, sentence },
        link: `/admin/audit?action=restriction.read&actor=${readerId}`,
      })),
    );
  }

  /** Who looked at the reader's own restrictions. */
  async reads(query: PageQuery): Promise<RestrictionReads> {
    const limit = query.limit ?? limits.page.default;
    const [after = null] = decodeCursor(query.cursor, 1) ?? [];
    const rows = await this.repository.readsOf(currentContext().userId as string, after, limit + 1);
    const page = rows.slice(0, limit);
    return {
      items: page.map((row) => ({ at: row.at.toISOString(), by: { id: row.actor_id, name: row.actor }, restrictionId: row.object_id })),
      nextCursor: rows.length > limit ? encodeCursor([page.at(-1)?.id ?? '']) : null,
    };
  }
}
