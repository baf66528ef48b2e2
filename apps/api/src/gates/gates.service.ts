import { Injectable } from '@nestjs/common';
import type { GatePage, GateQuery, GateView } from '@waymark/contracts';
import { limits } from '@waymark/contracts';
import { DomainError } from '@waymark/kernel';
import type { MetricLookup } from '@waymark/metrics';
import { Visibility } from '../access/visibility.js';
import { GoalsService } from '../goals/goals.service.js';
import { TenantMetrics } from '../metrics/tenant-metrics.js';
import { decodeCursor, encodeCursor } from '../platform/http/cursor.js';
import { invalid } from '../platform/http/validation.js';
import { currentContext } from '../platform/request-context.js';
import { gateView } from './gate-view.js';
import { type BehindGate, type GateFilter, type GateRow, GatesRepository } from './gates.repository.js';

const everything: GateFilter = {
  owners: null,
  id: null,
  periodId: null,
  userId: null,
  goalId: null,
  teamId: null,
  state: null,
  tab: null,
  q: null,
  after: null,
  limit: limits.page.max,
};

/** Gates with verdict, live value and restrictions (GATE-01). */
@Injectable()
export class GatesService {
  constructor(
    private readonly repository: GatesRepository,
    private readonly visibility: Visibility,
    private readonly goals: GoalsService,
    private readonly tenant: TenantMetrics,
  ) {}

  async page(query: GateQuery): Promise<GatePage> {
    const limit = query.limit ?? limits.page.default;
    const { metrics } = await this.tenant.all();
    const keys = decodeCursor(query.cursor, 2);
    if (keys && Number.isNaN(Date.parse(keys[0] as string)))
      throw invalid([{ field: 'cursor', code: 'cursor', message: 'cursor must be the nextCursor of the page before' }]);
    const filter: GateFilter = {
      ...everything,
      owners: await this.visibility.visibleOwners('gates.read'),
      periodId: query.periodId ?? null,
      userId: query.userId ?? null,
      goalId: query.goalId ?? null,
      teamId: query.teamId ?? null,
      state: query.state ?? null,
      tab: query.tab ?? null,
      q: query.q ? query.q.replaceAll(/[\\%_]/g, '\\$&') : null,
      after: keys ? { deadline: keys[0] as string, id: keys[1] as string } : null,
      limit: limit + 1,
    };
    const rows = await this.repository.page(filter);
    const counts = await this.repository.counts(filter);
    const page = rows.slice(0, limit);
    const last = page.at(-1);
    return {
      items: page.map((row) => viewed(row, metrics)),
      nextCursor: rows.length > limit && last ? encodeCursor([last.deadline_at.toISOString(), last.id]) : null,
      counts: {
        willMiss: counts.will_miss,
        warned: counts.warned,
        restricted: counts.restricted,
        locked: counts.locked,
        decisions: counts.decisions,
      },
    };
  }

  async get(id: string): Promise<GateView> {
    return viewed(await this.row(id), (await this.tenant.all()).metrics);
  }

  /** Gates of a goal in their order. */
  async ofGoal(goalId: string): Promise<GateView[]> {
    await this.goals.get(goalId); // a goal that may not be seen has the same answer as one that is not there
    const rows = await this.repository.page({ ...everything, goalId, owners: await this.visibility.visibleOwners('gates.read') });
    const { metrics } = await this.tenant.all();
    return rows.map((row) => viewed(row, metrics));
  }

  /** What stands behind the figures of a gate that the reader may see. */
  behind(id: string): Promise<BehindGate> {
    return this.repository.behind(id);
  }

  async row(id: string): Promise<GateRow> {
    const [row] = await this.repository.page({ ...everything, id, owners: await this.visibility.visibleOwners('gates.read'), limit: 1 });
    if (!row) throw new DomainError('not_found', 'There is no such gate, or you may not see it.');
    return row;
  }
}

function viewed(row: GateRow, metrics: MetricLookup): GateView {
  const { currency, userId } = currentContext();
  return gateView(row, currency, userId, metrics);
}
