import { Injectable } from '@nestjs/common';
import { lockProposalWorkingDays } from '@waymark/gates';
import { endOfWorkingDay } from '@waymark/goals';
import { dayOf } from '@waymark/kernel';
import { Calendars } from '../goals/calendar.service.js';
import { AuditTrail } from '../platform/audit/audit-trail.js';
import { LivePublisher } from '../platform/live/live-publisher.js';
import { currentContext } from '../platform/request-context.js';
import { GateNotices } from './gate-notices.service.js';
import { EndingsRepository } from './endings.repository.js';

/** What ends by itself: measures at their end date, and proposed locks that nobody confirmed in time (Q101, Q103). */
@Injectable()
export class Endings {
  constructor(
    private readonly repository: EndingsRepository,
    private readonly calendars: Calendars,
    private readonly notices: GateNotices,
    private readonly live: LivePublisher,
    private readonly audit: AuditTrail,
  ) {}

  async run(): Promise<void> {
    const { now } = currentContext();
    const ended = await this.repository.expire();
    const open = await this.repository.proposedLocks();
    const lapsed: string[] = [];
    for (const lock of open) if (now >= (await this.voidAt(lock.imposed_at))) lapsed.push(lock.id);
    if (lapsed.length > 0) await this.repository.lapse(lapsed);
    const line = (id: string, subjectId: string, reason: string) => ({
      action: 'restriction.ended',
      object: { type: 'restriction', id },
      subjectId,
      reason,
    });
    await this.audit.record(
      ...ended.map((one) => line(one.id, one.user_id, 'end_date')),
      ...open.filter((lock) => lapsed.includes(lock.id)).map((lock) => line(lock.id, lock.user_id, 'not_confirmed')),
    );
    for (const one of ended)
      await this.notices.decided(one.user_id, one.id, 'restriction_ended', 'ended', 'A measure has ended: its end date has come.');
    if (ended.length + lapsed.length > 0) await this.live.publish({ type: 'restrictions', ids: [...ended.map((one) => one.id), ...lapsed] });
  }

  /** When a proposed lock is void: at the end of the fifth working day after the proposal. */
  async voidAt(proposedAt: Date): Promise<Date> {
    const { timeZone } = currentContext();
    const { calendar } = await this.calendars.rules();
    return endOfWorkingDay(calendar, dayOf(proposedAt, timeZone), lockProposalWorkingDays, timeZone);
  }
}
