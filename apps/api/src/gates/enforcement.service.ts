import { Injectable } from '@nestjs/common';
import { canBeCured, consequencesOf, exemptionOf, judge, type Judgement, mustStop, type Readings } from '@waymark/gates';
import type { Calendar, RestrictionKind } from '@waymark/kernel';
import { Calendars } from '../goals/calendar.service.js';
import { TenantMetrics } from '../metrics/tenant-metrics.js';
import { AuditTrail } from '../platform/audit/audit-trail.js';
import { LivePublisher } from '../platform/live/live-publisher.js';
import { currentContext } from '../platform/request-context.js';
import { evidenceOf } from './evidence.js';
import type { GateWindow } from './gate-facts.repository.js';
import { GateFacts } from './gate-facts.service.js';
import { GateLiveRepository } from './gate-live.repository.js';
import { allReadings, GateLiveService, goalOf } from './gate-live.service.js';
import { GateNotices } from './gate-notices.service.js';
import { type DueFilter, type DueGate, type NewRestriction, type NewVerdict, VerdictsRepository } from './verdicts.repository.js';

/** What an enforcing run did. */
export interface Enforced {
  judged: number;
  restrictions: Record<string, number>;
  /** Why the run, or a part of it, stopped (Q102). */
  stopped: string | null;
}

interface Judged {
  gate: DueGate;
  judgement: Judgement;
  cured: boolean;
  verdict: NewVerdict;
  restrictions: NewRestriction[];
}

/**
 * Judges what is due and imposes what follows. A verdict reads facts that happened before the deadline and were recorded by the end of the settle
 * window, never the present, so a missed, late or repeated run says the same (GATE-06). Runs inside the transaction of its caller.
 */
@Injectable()
export class Enforcement {
  constructor(
    private readonly repository: VerdictsRepository,
    private readonly liveRows: GateLiveRepository,
    private readonly facts: GateFacts,
    private readonly tenant: TenantMetrics,
    private readonly notices: GateNotices,
    private readonly liveValues: GateLiveService,
    private readonly live: LivePublisher,
    private readonly audit: AuditTrail,
    private readonly calendars: Calendars,
  ) {}

  /** All due gates, or those of one period and policy version. `acceptedPercent` replaces the share that the policy accepts. */
  async enforceDue(filter: DueFilter = { periodId: null, policyVersionId: null }, acceptedPercent: number | null = null): Promise<Enforced> {
    await this.liveRows.lockOrganisation();
    const total: Enforced = { judged: 0, restrictions: {}, stopped: null };
    for (const group of groupsOf(await this.repository.due(filter))) {
      const outcome = await this.enforceGroup(group, acceptedPercent);
      total.judged += outcome.judged;
      total.stopped ??= outcome.stopped;
      for (const [kind, n] of Object.entries(outcome.restrictions)) total.restrictions[kind] = (total.restrictions[kind] ?? 0) + n;
    }
    return total;
  }

  /** One step of one version in one period with one deadline: the same window for everybody, so the number of statements does not grow with the people. */
  private async enforceGroup(group: readonly DueGate[], acceptedPercent: number | null): Promise<Enforced> {
    const first = group[0] as DueGate;
    const { calendar } = await this.calendars.rules();
    const exempt = group.flatMap((gate) => exemption(gate, calendar));
    const bound = group.filter((gate) => !exempt.some((one) => one.id === gate.id));
    const judged = await this.judgeGroup(bound);
    const restricted = new Set(
      judged.flatMap((one) => one.restrictions.filter((restriction) => restriction.kind !== 'warning').map((restriction) => restriction.userId)),
    );
    const people = await this.repository.boundPeople(first.period_id, first.policy_version_id);
    if (mustStop(restricted.size, people, acceptedPercent ?? first.accepted_percent)) return this.stop(first, restricted.size, people);
    if (exempt.length > 0) await this.repository.waive(exempt);
    return this.store(judged);
  }

  private async judgeGroup(gates: readonly DueGate[]): Promise<Judged[]> {
    const [first] = gates;
    if (!first) return [];
    const { currency, now } = currentContext();
    const { metrics } = await this.tenant.all();
    const readings = allReadings(gates);
    const owners = [...new Set(gates.map((gate) => gate.user_id))];
    const window = windowOf(first, first.deadline_at, first.judge_at);
    const known = await this.facts.asKnown(readings, owners, window);
    const rows = await this.facts.rowsBehind(readings, owners, window);
    const judgements = new Map(
      gates.map((gate) => [gate.id, judge(gate.step, goalOf(gate, currency, metrics), known.get(gate.user_id) as Readings)]),
    );
    const cured = await this.curedMeanwhile(gates.filter((gate) => judgements.get(gate.id)?.outcome === 'failed'));
    return gates.map((gate) => {
      const judgement = judgements.get(gate.id) as Judgement;
      const isCured = cured.has(gate.id);
      const { text, hash } = evidenceOf(gate, judgement, rows, currency);
      const state = judgement.outcome === 'failed' && isCured ? 'passed_late' : judgement.outcome;
      const verdict = {
        gate_id: gate.id,
        outcome: judgement.outcome,
        facts_until: gate.deadline_at,
        known_until: gate.judge_at,
        evidence: text,
        evidence_hash: hash,
        state,
      };
      const consequences = consequencesOf(gate.step, { outcome: judgement.outcome, cured: isCured, judgedAt: now, periodEndsAt: gate.ends_at });
      return {
        gate,
        judgement,
        cured: isCured,
        verdict,
        restrictions: consequences.map((one) => ({ ...one, gateId: gate.id, userId: gate.user_id, evidenceHash: hash })),
      };
    });
  }

  /** Missed gates that hold by now: they are passed late and impose nothing (Q71). After the period its last instant counts (Q101). */
  private async curedMeanwhile(failed: readonly DueGate[]): Promise<Set<string>> {
    const candidates = failed.filter((gate) => canBeCured(gate.step));
    const [first] = candidates;
    if (!first) return new Set();
    const { currency, now } = currentContext();
    const { metrics } = await this.tenant.all();
    const readings = allReadings(candidates);
    const owners = [...new Set(candidates.map((gate) => gate.user_id))];
    const present = await this.facts.asKnown(readings, owners, windowOf(first, now < first.ends_at ? now : first.ends_at, now));
    const holds = candidates.filter(
      (gate) => judge(gate.step, goalOf(gate, currency, metrics), present.get(gate.user_id) as Readings).outcome === 'passed',
    );
    return new Set(holds.map((gate) => gate.id));
  }

  private async store(judged: readonly Judged[]): Promise<Enforced> {
    const isNew = await this.repository.store(judged.map((one) => one.verdict));
    const fresh = judged.filter((one) => isNew.has(one.gate.id));
    const made = await this.repository.restrict(fresh.flatMap((one) => one.restrictions));
    const subjects = new Map(fresh.map((one) => [one.gate.id, one.gate.user_id]));
    await this.audit.record(
      ...made.map(({ id, gate_id: gateId, kind }) => ({
        action: 'restriction.imposed',
        object: { type: 'restriction', id },
        subjectId: subjects.get(gateId) ?? null,
        after: { kind, gateId },
      })),
    );
    const restrictions: Record<string, number> = {};
    for (const { kind } of made) restrictions[kind] = (restrictions[kind] ?? 0) + 1;
    await this.notices.judged(
      fresh.map(({ gate, judgement }) => {
        const own = made.filter((one) => one.gate_id === gate.id);
        const kinds = own.map((one) => one.kind as RestrictionKind);
        return {
          id: gate.id,
          userId: gate.user_id,
          goalId: gate.goal_id,
          name: gate.name,
          blocking: gate.blocking,
          judgement,
          kinds,
          restrictionId: own[0]?.id ?? null,
        };
      }),
    );
    await this.liveValues.refreshJudged(fresh.map((one) => one.gate.id));
    if (fresh.length > 0) await this.live.publish({ type: 'gates', ids: fresh.map((one) => one.gate.id) });
    if (made.length > 0) await this.live.publish({ type: 'restrictions', ids: made.map((one) => one.id) });
    return { judged: fresh.length, restrictions, stopped: null };
  }

  private async stop(gate: DueGate, restricted: number, bound: number): Promise<Enforced> {
    const sentence = `${gate.name} of ${gate.period_name} would restrict ${restricted} of ${bound} people, more than the policy accepts. Nobody was restricted. An admin can run it with a higher share.`;
    const after = { stepOrder: gate.step_order, periodId: gate.period_id, restricted, bound };
    await this.audit.record({ action: 'gate_run.stopped', object: { type: 'policy_version', id: gate.policy_version_id }, after });
    await this.notices.stopped(`${gate.policy_version_id}:${gate.period_id}:${gate.step_order}`, sentence);
    return { judged: 0, restrictions: {}, stopped: sentence };
  }
}

function exemption(gate: DueGate, calendar: Calendar): { id: string; reason: string }[] {
  const facts = { serviceAccount: gate.service_account, memberSince: gate.member_since, absences: gate.absences };
  const reason = exemptionOf(facts, { startsOn: gate.starts_on, deadlineOn: gate.deadline_on, calendar }, gate.min_days_in_role);
  return reason === null ? [] : [{ id: gate.id, reason }];
}

function windowOf(gate: DueGate, until: Date, knownAt: Date): GateWindow {
  return { from: gate.starts_at, until, knownAt, startsOn: gate.starts_on, endsOn: gate.ends_on };
}

function groupsOf(gates: readonly DueGate[]): DueGate[][] {
  const groups = new Map<string, DueGate[]>();
  for (const gate of gates) {
    const key = `${gate.period_id} ${gate.policy_version_id} ${gate.step_order} ${gate.deadline_at.getTime()} ${gate.judge_at.getTime()}`;
    groups.set(key, [...(groups.get(key) ?? []), gate]);
  }
  return [...groups.values()];
}
