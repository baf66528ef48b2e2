import { Injectable } from '@nestjs/common';
import { type Judgement, noticeSentence } from '@waymark/gates';
import type { RestrictionKind } from '@waymark/kernel';
import { LivePublisher } from '../platform/live/live-publisher.js';
import { Inbox, type Notice } from '../platform/messages/inbox.js';
import { currentContext } from '../platform/request-context.js';
import type { ClosedRestriction } from './gate-live.repository.js';
import { ManagersService } from '../sources/people/managers.service.js';

/** A missed or unjudgeable gate that people should hear of. */
export interface JudgedGate {
  id: string;
  userId: string;
  goalId: string;
  name: string;
  blocking: boolean;
  judgement: Judgement;
  kinds: readonly RestrictionKind[];
  restrictionId: string | null;
}

/** Tells the person and the manager (Q79), inside the transaction of what it tells of. The keys make repeats impossible. */
@Injectable()
export class GateNotices {
  constructor(
    private readonly inbox: Inbox,
    private readonly managers: ManagersService,
    private readonly live: LivePublisher,
  ) {}

  async judged(gates: readonly JudgedGate[]): Promise<void> {
    const told = gates.filter((gate) => gate.judgement.outcome !== 'passed');
    if (told.length === 0) return;
    const { people, managers } = await this.people(told.map((gate) => gate.userId));
    const { currency } = currentContext();
    const notices: Notice[] = [];
    for (const gate of told) {
      const code = gate.judgement.outcome === 'failed' ? 'gate_failed' : 'gate_not_evaluable';
      const link = gate.restrictionId ? `/restrictions/${gate.restrictionId}` : `/goals/${gate.goalId}`;
      const name = people.get(gate.userId) ?? 'Somebody';
      const params = { gateId: gate.id, userId: gate.userId, kinds: gate.kinds, restrictionId: gate.restrictionId };
      const sentence = (person: string | null) =>
        code === 'gate_failed'
          ? noticeSentence(gate, person, gate.judgement, gate.kinds, currency)
          : `${person === null ? 'Your' : `${person}'s`} ${gate.name.toLowerCase()} could not be judged: there was no number.`;
      const dedupeKey = `verdict:${gate.id}`;
      if (code === 'gate_failed') notices.push({ userId: gate.userId, dedupeKey, code, params, sentence: sentence(null), link });
      const manager = managers.get(gate.userId);
      if (manager) notices.push({ userId: manager.manager_id, dedupeKey, code, params, sentence: sentence(name), link });
    }
    await this.send(notices);
  }

  async cured(gates: readonly { id: string; user_id: string; goal_id: string; name: string }[], ended: readonly ClosedRestriction[]): Promise<void> {
    const { people, managers } = await this.people(gates.map((gate) => gate.user_id));
    const notices: Notice[] = [];
    for (const gate of gates) {
      const freed = ended.some((restriction) => restriction.gate_id === gate.id && restriction.kind === 'action_block');
      const base = {
        dedupeKey: `cured:${gate.id}`,
        code: 'gate_cured',
        params: { gateId: gate.id, userId: gate.user_id },
        link: `/goals/${gate.goal_id}`,
      };
      const what = `${gate.name} is met now.`;
      notices.push({ ...base, userId: gate.user_id, sentence: freed ? `You can create deals again. ${what}` : what });
      const manager = managers.get(gate.user_id);
      const name = people.get(gate.user_id) ?? 'Somebody';
      if (manager)
        notices.push({ ...base, userId: manager.manager_id, sentence: freed ? `${name} can create deals again. ${what}` : `${name}: ${what}` });
    }
    await this.send(notices);
    await this.live.publish({ type: 'restrictions', ids: ended.map((restriction) => restriction.id) });
  }

  /** A run that stopped and asks goes to every admin (Q102). */
  async stopped(key: string, sentence: string): Promise<void> {
    const admins = await this.managers.admins();
    await this.send(
      admins.map((userId) => ({ userId, dedupeKey: `stopped:${key}`, code: 'gate_run_stopped', params: {}, sentence, link: '/admin/policies' })),
    );
  }

  /** A decision goes to the person concerned. */
  async decided(userId: string, restrictionId: string, code: string, key: string, sentence: string): Promise<void> {
    await this.send([
      { userId, dedupeKey: `decision:${restrictionId}:${key}`, code, params: { restrictionId }, sentence, link: `/restrictions/${restrictionId}` },
    ]);
  }

  private async people(userIds: readonly string[]) {
    const ids = [...new Set(userIds)];
    return { people: await this.managers.names(ids), managers: await this.managers.of(ids) };
  }

  private async send(notices: readonly Notice[]): Promise<void> {
    if ((await this.inbox.send(notices)) > 0)
      await this.live.publish({ type: 'notifications', ids: [], userIds: [...new Set(notices.map((notice) => notice.userId))].slice(0, 100) });
  }
}
