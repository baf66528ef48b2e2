import { Injectable } from '@nestjs/common';
import { canBeCured, type GateGoal, judge, type Judgement, type Reading, type Readings, readingsOf } from '@waymark/gates';
import type { MetricLookup } from '@waymark/metrics';
import { currentContext } from '../platform/request-context.js';
import { AuditTrail } from '../platform/audit/audit-trail.js';
import { LivePublisher } from '../platform/live/live-publisher.js';
import type { ChangedMeasure } from '../metrics/measures.service.js';
import { RecomputeHooks } from '../metrics/recompute-hooks.js';
import { TenantMetrics } from '../metrics/tenant-metrics.js';
import { liveOf, type StoredLive } from './evaluation.js';
import { GateFacts } from './gate-facts.service.js';
import { GateLiveRepository, type LiveGateRow, type LiveScope } from './gate-live.repository.js';
import { GateNotices } from './gate-notices.service.js';

/** Keeps what gates would find now, and lifts what has been cured: on every relevant change and once a day (GATE-04, GATE-06). */
@Injectable()
export class GateLiveService {
  constructor(
    hooks: RecomputeHooks,
    private readonly repository: GateLiveRepository,
    private readonly facts: GateFacts,
    private readonly tenant: TenantMetrics,
    private readonly notices: GateNotices,
    private readonly live: LivePublisher,
    private readonly audit: AuditTrail,
  ) {
    hooks.register((changed) => this.afterMeasures(changed));
    hooks.registerForMetrics(() => this.afterRedefinition());
  }

  /** Every running gate, cures included. The caller holds the organisation's lock. */
  async refreshAll(): Promise<void> {
    await this.settle(await this.repository.running('all', false));
  }

  /** Gates ahead of these goals, after a target changed or gates were made. Nothing is cured here: a change of target cures no gate (Q75). */
  refreshGoals(goalIds: readonly string[]): Promise<void> {
    return this.show({ goals: goalIds });
  }

  refreshGates(gateIds: readonly string[]): Promise<void> {
    return this.show({ gates: gateIds });
  }

  /** Gates that have just been judged, so that a missed one says at once how far it is. What holds by now was seen by the judge. */
  async refreshJudged(gateIds: readonly string[]): Promise<void> {
    await this.evaluate(await this.repository.running({ gates: gateIds }, false));
  }

  private async afterMeasures(changed: readonly ChangedMeasure[]): Promise<void> {
    if (changed.length === 0) return;
    await this.repository.lockOrganisation();
    await this.settle(await this.repository.running({ users: [...new Set(changed.map((row) => row.owner_id))] }, false));
  }

  /** Which gates read the metric only their conditions know: all that run are looked at. */
  private async afterRedefinition(): Promise<void> {
    await this.repository.lockOrganisation();
    await this.settle(await this.repository.running('all', false));
  }

  private async show(scope: LiveScope): Promise<void> {
    const gates = await this.repository.running(scope, true);
    await this.evaluate(gates);
  }

  private async settle(gates: readonly LiveGateRow[]): Promise<void> {
    if (gates.length === 0) return;
    const judged = await this.evaluate(gates);
    const cured = gates.filter((gate) => gate.state === 'failed' && judged.get(gate.id)?.outcome === 'passed' && canBeCured(gate.step));
    await this.live.publish({ type: 'gates', ids: gates.map((gate) => gate.id) });
    if (cured.length === 0) return;
    const ended = await this.repository.cure(cured.map((gate) => gate.id));
    await this.audit.record(
      ...ended.map((one) => ({
        action: 'restriction.ended',
        object: { type: 'restriction', id: one.id },
        subjectId: one.user_id,
        after: { kind: one.kind, gateId: one.gate_id },
        reason: 'cured',
      })),
    );
    await this.notices.cured(cured, ended);
  }

  /** Judges by present facts and stores the outcome as the gates' live value. The number of statements depends on periods, not on gates. */
  private async evaluate(gates: readonly LiveGateRow[]): Promise<Map<string, Judgement>> {
    const judged = new Map<string, Judgement>();
    const live: { id: string; live: StoredLive }[] = [];
    const { currency } = currentContext();
    const { metrics } = await this.tenant.all();
    for (const group of byPeriod(gates)) {
      const [first] = group;
      if (!first) continue;
      const readings = await this.facts.present(allReadings(group), [...new Set(group.map((gate) => gate.user_id))], {
        startsOn: first.starts_on,
        endsOn: first.ends_on,
      });
      for (const gate of group) {
        const judgement = judge(gate.step, goalOf(gate, currency, metrics), readings.get(gate.user_id) as Readings);
        judged.set(gate.id, judgement);
        live.push({ id: gate.id, live: liveOf(gate.step, judgement, currency, metrics) });
      }
    }
    if (live.length > 0) await this.repository.store(live);
    return judged;
  }
}

/** The goal of a gate as judging needs it. */
export function goalOf(gate: { goal_metric: string; target: string | null }, currency: string, metrics: MetricLookup): GateGoal {
  return { metric: gate.goal_metric, target: gate.target === null ? null : BigInt(gate.target), currency, metrics };
}

/** Every reading that some of the gates needs, each once. */
export function allReadings(gates: readonly { step: LiveGateRow['step']; goal_metric: string }[]): Reading[] {
  const readings = gates.flatMap((gate) => readingsOf(gate.step, gate.goal_metric));
  return [...new Map(readings.map((reading) => [reading.key, reading])).values()];
}

function byPeriod(gates: readonly LiveGateRow[]): LiveGateRow[][] {
  const groups = new Map<string, LiveGateRow[]>();
  for (const gate of gates) {
    const key = `${gate.starts_on} ${gate.ends_on} ${gate.ends_at.getTime()}`;
    groups.set(key, [...(groups.get(key) ?? []), gate]);
  }
  return [...groups.values()];
}
