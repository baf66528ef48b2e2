import { Injectable } from '@nestjs/common';
import type { GateReceipt } from '@waymark/contracts';
import { judge, type Reading, readingConditions, readingsOf } from '@waymark/gates';
import { DomainError } from '@waymark/kernel';
import { Visibility } from '../access/visibility.js';
import { TenantMetrics } from '../metrics/tenant-metrics.js';
import { currentContext } from '../platform/request-context.js';
import { storeResult, type StoredResult } from './evaluation.js';
import { GateFacts } from './gate-facts.service.js';
import { goalOf } from './gate-live.service.js';
import { measuredOf } from './gate-view.js';
import type { BehindGate, GateRow } from './gates.repository.js';
import { GatesService } from './gates.service.js';
import { decisiveOf, mathOf, mathView } from './restriction-math.js';

type Shown = Pick<GateReceipt, 'holds' | 'math'> & { result: StoredResult; reading: Reading };

/** Why a gate measures what it measures: the rows under the gate's own parameters (Q64), now or as they were frozen with the verdict (MET-08). */
@Injectable()
export class GateReceipts {
  constructor(
    private readonly gates: GatesService,
    private readonly facts: GateFacts,
    private readonly tenant: TenantMetrics,
    private readonly visibility: Visibility,
  ) {}

  async receipt(id: string, at: 'now' | 'verdict'): Promise<GateReceipt> {
    const gate = await this.gates.row(id);
    const behind = await this.gates.behind(id);
    const { currency } = currentContext();
    const { result, reading, holds, math } = at === 'verdict' ? judged(gate, behind) : await this.present(gate, behind);
    const days = { startsOn: behind.starts_on, endsOn: behind.ends_on };
    const window = { from: behind.starts_on, to: at === 'verdict' ? gate.deadline_on : behind.ends_on };
    if (reading.kind === 'open_value') await this.mustSeeDeals(gate.user_id);
    return {
      gateId: id,
      at,
      subject: result.subject,
      sentence: result.sentence,
      measured: measuredOf(result, currency),
      needed: measuredOf({ measured: result.needed, unit: result.unit }, currency),
      holds,
      conditions: readingConditions(reading, days),
      window: { ...window, timeZone: behind.time_zone },
      number:
        reading.kind === 'metric'
          ? { metric: reading.metric, ownerId: gate.user_id, ...window, ...(at === 'verdict' && { asOf: gate.judge_at.toISOString() }) }
          : null,
      math: reading.kind === 'open_value' ? math : null,
    };
  }

  /** Judged anew by what is there now, as the live value of the gate is. */
  private async present(gate: GateRow, { starts_on: startsOn, ends_on: endsOn }: BehindGate): Promise<Shown> {
    const { currency, now } = currentContext();
    const { metrics } = await this.tenant.all();
    const owners = [gate.user_id];
    const found = await this.facts.present(readingsOf(gate.step, gate.goal_metric), owners, { startsOn, endsOn });
    const judgement = judge(gate.step, goalOf(gate, currency, metrics), found.get(gate.user_id) ?? new Map());
    const { reading } = judgement.decisive;
    const result = storeResult('', judgement.decisive);
    const holds = judgement.outcome === 'not_evaluable' ? null : judgement.outcome === 'passed';
    if (reading.kind !== 'open_value') return { result, reading, holds, math: null };
    const rows = await this.facts.rowsBehind([reading], owners, { from: gate.starts_at, until: now, knownAt: now, startsOn, endsOn });
    const about = { formula: result.sentence, unit: result.unit, currency, asOf: now, knownUntil: now };
    return { result, reading, holds, math: mathView(rows.get(reading.key)?.get(gate.user_id) ?? [], about) };
  }

  /** Whoever may see a gate may see its person's deals; should roles ever tell them apart, the rows stay with those who may see them. */
  private async mustSeeDeals(userId: string): Promise<void> {
    const owners = await this.visibility.visibleOwners('deals.read');
    if (owners !== null && !owners.includes(userId)) throw new DomainError('not_found', 'There are no such deals, or you may not see them.');
  }
}

function judged(gate: GateRow, { evidence, facts_until: until, known_until: known }: BehindGate): Shown {
  if (!evidence || !until || !known) throw new DomainError('not_found', 'This gate has not been judged yet.');
  const result = decisiveOf(evidence);
  const reading = readingsOf(gate.step, gate.goal_metric).find(({ key }) => key === result.reading);
  if (!reading) throw new DomainError('not_found', 'Nothing is kept of what this gate measured.');
  return { result, reading, holds: gate.outcome === 'not_evaluable' ? null : gate.outcome === 'passed', math: mathOf(evidence, until, known) };
}
