import { Injectable } from '@nestjs/common';
import type { ChangeGoal, CreateGoal, Goal, GoalHistoryPage, GoalPage, GoalProgress, GoalQuery, PageQuery } from '@waymark/contracts';
import { limits } from '@waymark/contracts';
import { scaleProblems } from '@waymark/goals';
import { DomainError, parseDecimal, unitDecimals } from '@waymark/kernel';
import type { Metric, MetricLookup } from '@waymark/metrics';
import { scopeOf } from '../access/permissions.js';
import { Visibility } from '../access/visibility.js';
import { TenantMetrics } from '../metrics/tenant-metrics.js';
import { AuditTrail, changedFields } from '../platform/audit/audit-trail.js';
import { decodeCursor, encodeCursor } from '../platform/http/cursor.js';
import { matchVersion } from '../platform/http/if-match.js';
import { invalid } from '../platform/http/validation.js';
import { currentContext } from '../platform/request-context.js';
import { GoalHooks } from './goal-hooks.js';
import { GoalRecalculation } from './goal-recalculation.service.js';
import { goalView, historyView, progressView } from './goal-view.js';
import { type GoalRow, GoalsRepository, type GoalValues } from './goals.repository.js';
import { PeriodsRepository } from './periods.repository.js';

/** Goals of people and teams (GOAL-01, GOAL-02). */
@Injectable()
export class GoalsService {
  constructor(
    private readonly repository: GoalsRepository,
    private readonly periods: PeriodsRepository,
    private readonly visibility: Visibility,
    private readonly recalculation: GoalRecalculation,
    private readonly tenant: TenantMetrics,
    private readonly hooks: GoalHooks,
    private readonly audit: AuditTrail,
  ) {}

  async page(query: GoalQuery): Promise<GoalPage> {
    const limit = query.limit ?? limits.page.default;
    const [after = null] = decodeCursor(query.cursor, 1) ?? [];
    const rows = await this.repository.page({
      periodId: query.periodId ?? null,
      ownerId: query.ownerId ?? null,
      teamId: query.teamId ?? null,
      status: query.status ?? null,
      q: query.q ? query.q.replaceAll(/[\\%_]/g, '\\$&') : null,
      owners: await this.visibility.visibleOwners('goals.read'),
      teams: await this.visibility.visibleTeams('goals.read'),
      after,
      limit: limit + 1,
    });
    const mayEdit = await this.editor();
    const { metrics } = await this.tenant.all();
    const items = rows.slice(0, limit).map((row) => goalView(row, metricOf(metrics, row.metric), currentContext().currency, mayEdit(row)));
    return { items, nextCursor: rows.length > limit ? encodeCursor([items.at(-1)?.id ?? '']) : null };
  }

  async get(id: string): Promise<Goal> {
    const mayEdit = await this.editor();
    const row = await this.found(id);
    const { metrics } = await this.tenant.all();
    return goalView(row, metricOf(metrics, row.metric), currentContext().currency, mayEdit(row));
  }

  async progress(id: string): Promise<GoalProgress> {
    return progressView(await this.get(id));
  }

  async history(id: string, query: PageQuery): Promise<GoalHistoryPage> {
    const goal = await this.found(id);
    const limit = query.limit ?? limits.page.default;
    const [after = null] = decodeCursor(query.cursor, 1) ?? [];
    const rows = await this.repository.history(id, after, limit + 1);
    const page = rows.slice(0, limit);
    const metric = metricOf((await this.tenant.all()).metrics, goal.metric);
    return {
      items: page.map((row) => historyView(row, metric, currentContext().currency)),
      nextCursor: rows.length > limit ? encodeCursor([page.at(-1)?.id ?? '']) : null,
    };
  }

  async create(request: CreateGoal): Promise<Goal> {
    const { metrics, archived } = await this.tenant.all();
    const metric = metrics.get(request.metric);
    if (!metric) throw invalid([{ field: 'metric', code: 'unknown', message: `There is no metric "${request.metric}"` }]);
    if (archived.has(metric.key))
      throw invalid([{ field: 'metric', code: 'archived', message: `${metric.label} is archived; choose another metric` }]);
    await this.tenant.hold([metric.key]);
    if (Boolean(request.userId) === Boolean(request.teamId))
      throw invalid([{ field: 'userId', code: 'one_owner', message: 'A goal has exactly one owner: userId or teamId' }]);
    const period = await this.periods.find(request.periodId);
    if (!period) throw invalid([{ field: 'periodId', code: 'unknown', message: 'There is no such period' }]);
    if (period.locked_at) throw new DomainError('conflict', 'The period is locked; it takes no more goals.');
    await this.assertMayOwn(request);
    const scale = scaleOf(metric, request);
    const id = await this.repository.insert({
      period_id: period.id,
      owner_user_id: request.userId ?? null,
      owner_team_id: request.teamId ?? null,
      name: request.name,
      metric: metric.key,
      ...scale,
      target_known_at: knownAt(request.knownAt),
    });
    const owner = { userId: request.userId ?? null, teamId: request.teamId ?? null };
    await this.audit.record({
      action: 'goal.created',
      object: { type: 'goal', id },
      subjectId: owner.userId,
      after: { periodId: period.id, metric: metric.key, ...owner, ...scale },
    });
    await this.settle(id);
    return this.get(id);
  }

  async change(id: string, request: ChangeGoal): Promise<Goal> {
    const row = await this.editable(id);
    const values: GoalValues = {};
    if (request.name !== undefined) values['name'] = request.name;
    if (request.state !== undefined) values['state'] = request.state;
    if (request.target !== undefined || request.stretch !== undefined || request.baseline !== undefined) {
      const metric = metricOf((await this.tenant.all()).metrics, row.metric);
      Object.assign(values, scaleOf(metric, { target: request.target, stretch: request.stretch, baseline: request.baseline }, row));
      if (request.target !== undefined) values['target_known_at'] = currentContext().now;
    }
    await this.repository.update(id, values);
    const { name, state, baseline, target, stretch } = row;
    const changes = changedFields<object>({ name, state, baseline, target, stretch }, { ...values, target_known_at: undefined });
    await this.audit.record({ action: 'goal.changed', object: { type: 'goal', id }, subjectId: row.owner_user_id, ...changes });
    await this.settle(id);
    return this.get(id);
  }

  /** Only goals without history go away; others are cancelled (Q126). */
  async remove(id: string): Promise<void> {
    const row = await this.editable(id);
    if (await this.repository.hasHistory(id))
      throw new DomainError('conflict', 'This goal has a history. Cancel it instead: {"state": "cancelled"}.');
    await this.repository.remove(id);
    const { period_id: periodId, metric, target } = row;
    await this.audit.record({
      action: 'goal.removed',
      object: { type: 'goal', id },
      subjectId: row.owner_user_id,
      before: { periodId, metric, target },
    });
  }

  async refresh(id: string): Promise<GoalProgress> {
    await this.found(id);
    await this.recalculation.recalculate([id]);
    return this.progress(id);
  }

  private async settle(id: string): Promise<void> {
    await this.recalculation.recalculate([id]);
    await this.hooks.changed([id]);
  }

  private async found(id: string): Promise<GoalRow> {
    const row = await this.repository.find(id, await this.visibility.visibleOwners('goals.read'), await this.visibility.visibleTeams('goals.read'));
    if (!row) throw new DomainError('not_found', 'There is no such goal, or you may not see it.');
    return row;
  }

  private async editable(id: string): Promise<GoalRow> {
    await this.repository.lock(id);
    const row = await this.found(id);
    if (row.owner_user_id === currentContext().userId) throw new DomainError('forbidden', 'Nobody changes the own goal; ask your leader (GOAL-11).');
    if (!(await this.editor())(row)) throw new DomainError('forbidden', 'You may see this goal but not change it.');
    if (row.period_locked) throw new DomainError('conflict', 'The period is locked; its goals stay as they are.');
    matchVersion(row.version);
    return row;
  }

  /** Who may edit what: within the scope of goals.manage, never the own goal. */
  private async editor(): Promise<(row: GoalRow) => boolean> {
    const { roles, locked, userId } = currentContext();
    if (userId !== null && scopeOf(roles, 'goals.manage', locked) === null) return () => false;
    const owners = await this.visibility.visibleOwners('goals.manage');
    const teams = await this.visibility.visibleTeams('goals.manage');
    return (row) =>
      row.owner_user_id === null
        ? teams === null || teams.includes(row.owner_team_id as string)
        : row.owner_user_id !== userId && (owners === null || owners.includes(row.owner_user_id));
  }

  private async assertMayOwn(request: CreateGoal): Promise<void> {
    const { userId } = currentContext();
    if (request.userId && request.userId === userId) throw new DomainError('forbidden', 'Nobody sets the own target; ask your leader (GOAL-11).');
    const mayEdit = await this.editor();
    const row = { owner_user_id: request.userId ?? null, owner_team_id: request.teamId ?? null } as GoalRow;
    const field = request.userId ? 'userId' : 'teamId';
    if (!mayEdit(row) || !(await this.repository.ownerExists(request)))
      throw invalid([{ field, code: 'unknown', message: 'There is no such owner, or you may not set goals for it' }]);
  }
}

/** The metric of a stored goal; a key is permanent, so an unknown one is a defect. */
function metricOf(metrics: MetricLookup, key: string): Metric {
  const metric = metrics.get(key);
  if (!metric) throw new Error(`a stored goal names the metric "${key}", which does not exist`);
  return metric;
}

function scaleOf(metric: Metric, given: { target?: string; stretch?: string | null; baseline?: string }, row?: GoalRow) {
  const step = (text: string) => parseDecimal(text, unitDecimals[metric.unit]);
  const read = (field: 'target' | 'stretch' | 'baseline', text: string) => {
    try {
      return step(text);
    } catch {
      throw invalid([{ field, code: 'decimal', message: `${field} has more places than ${metric.label} is counted in` }]);
    }
  };
  const scale = {
    baseline: given.baseline === undefined ? BigInt(row?.baseline ?? '0') : read('baseline', given.baseline),
    target: given.target === undefined ? BigInt(row?.target ?? '0') : read('target', given.target),
    stretch:
      given.stretch === undefined ? (row?.stretch ? BigInt(row.stretch) : null) : given.stretch === null ? null : read('stretch', given.stretch),
  };
  const problems = scaleProblems(scale);
  if (problems.length > 0) throw invalid(problems);
  for (const [field, value] of Object.entries(scale))
    if (value !== null && (value > BigInt(limits.amountMinor) || value < -BigInt(limits.amountMinor)))
      throw invalid([{ field, code: 'max', message: `${field} is too large` }]);
  return { baseline: scale.baseline.toString(), target: scale.target.toString(), stretch: scale.stretch?.toString() ?? null };
}

function knownAt(text: string | undefined): Date {
  const { now, roles, userId } = currentContext();
  if (text === undefined) return now;
  if (userId !== null && scopeOf(roles, 'facts.backfill') === null)
    throw new DomainError('forbidden', 'Loading history needs the capability facts.backfill.', { params: { capability: 'facts.backfill' } });
  if (new Date(text) > now) throw invalid([{ field: 'knownAt', code: 'future', message: 'knownAt must not lie after now' }]);
  return new Date(text);
}
