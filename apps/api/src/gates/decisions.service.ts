import { Injectable } from '@nestjs/common';
import { decide, type DecisionCase, type DecisionResult, mandatoryEnd } from '@waymark/gates';
import { type Decision, decisions as words, DomainError } from '@waymark/kernel';
import { scopeOf } from '../access/permissions.js';
import { AuditTrail } from '../platform/audit/audit-trail.js';
import { LivePublisher } from '../platform/live/live-publisher.js';
import { currentContext } from '../platform/request-context.js';
import { Endings } from './endings.service.js';
import { GateNotices } from './gate-notices.service.js';
import { ManagersService } from '../sources/people/managers.service.js';
import { type DecisionRow, RestrictionPagesRepository, type RestrictionRow } from './restriction-pages.repository.js';

/** People decide on proposals and lift measures, by the rules of Q103. */
@Injectable()
export class DecisionsService {
  constructor(
    private readonly repository: RestrictionPagesRepository,
    private readonly managers: ManagersService,
    private readonly endings: Endings,
    private readonly notices: GateNotices,
    private readonly live: LivePublisher,
    private readonly audit: AuditTrail,
  ) {}

  /** What the reader may decide now. */
  async possible(row: RestrictionRow, given: readonly DecisionRow[]): Promise<Decision[]> {
    const { userId, roles, locked } = currentContext();
    if (userId === null || scopeOf(roles, 'restrictions.decide', locked) === null) return [];
    const judgeOne = await this.rules(row, given);
    return words.filter((word) => judgeOne(word, row.evidence_hash).ok);
  }

  /** Records the decision and moves the restriction. `find` reads the row under the lock, with the reader's visibility. */
  async decide(id: string, decision: Decision, reason: string, evidenceHash: string, find: () => Promise<RestrictionRow>): Promise<void> {
    await this.repository.lock(id);
    const row = await find();
    const result = (await this.rules(row, await this.repository.decisions(id)))(decision, evidenceHash);
    if (!result.ok) throw new DomainError(result.code, result.sentence, { params: { restrictionId: id } });
    await this.repository.addDecision(id, decision, reason, evidenceHash);
    if (result.next === 'in_force') await this.putInForce(row);
    else if (result.next !== row.state) await this.repository.close(id, result.next, decision === 'lift' ? 'lifted' : 'dismissed');
    await this.audit.record({
      action: 'restriction.decided',
      object: { type: 'restriction', id },
      subjectId: row.user_id,
      before: { state: row.state },
      after: { state: result.next, decision, kind: row.kind, evidenceHash },
      reason,
    });
    if (result.waitsFor === null) await this.tell(row, decision, reason);
    await this.live.publish({ type: 'restrictions', ids: [id] });
    await this.live.publish({ type: 'gates', ids: [row.gate_id] });
  }

  private async rules(row: RestrictionRow, given: readonly DecisionRow[]): Promise<(decision: Decision, evidenceHash: string) => DecisionResult> {
    const { now } = currentContext();
    const userId = currentContext().userId as string;
    const confirmations = given.filter((one) => one.decision === 'confirm');
    const admins = await this.managers.admins();
    const leaders = await this.managers.leadersAbove(row.user_id, [userId, ...confirmations.map((one) => one.decider_id)]);
    const decider = (id: string) => ({ id, isAdmin: admins.includes(id), leadsSubject: leaders.has(id) });
    const facts: DecisionCase = {
      kind: row.kind,
      state: row.state,
      subjectId: row.user_id,
      evidenceHash: row.evidence_hash,
      voidAt: row.kind === 'account_lock' ? await this.endings.voidAt(row.imposed_at) : row.ends_at,
      now,
      confirmations: confirmations.map((one) => ({ ...decider(one.decider_id), evidenceHash: one.evidence_hash })),
      subjectIsLastAdmin: admins.length === 1 && admins[0] === row.user_id,
    };
    return (decision, evidenceHash) => decide(facts, decider(userId), decision, evidenceHash);
  }

  private async putInForce(row: RestrictionRow): Promise<void> {
    const { now } = currentContext();
    const startsAt = row.starts_at > now ? row.starts_at : now;
    await this.repository.putInForce(row.id, row.user_id, startsAt, mandatoryEnd(row.kind, startsAt) ?? row.ends_at);
  }

  private async tell(row: RestrictionRow, decision: Decision, reason: string): Promise<void> {
    const what = { confirm: 'confirmed', dismiss: 'dismissed', lift: 'lifted' }[decision];
    const name = { warning: 'warning', action_block: 'block on new deals', commission_hold: 'commission hold', account_lock: 'account lock' }[
      row.kind
    ];
    await this.notices.decided(
      row.user_id,
      row.id,
      `restriction_${what}`,
      decision,
      `The ${name} was ${what} by ${currentContext().name}: ${reason}`,
    );
  }
}
