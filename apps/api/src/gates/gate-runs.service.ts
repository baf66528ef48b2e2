import { Injectable } from '@nestjs/common';
import type { CreateGateRun, GateRun, GateRunPage, GateRunQuery } from '@waymark/contracts';
import { limits } from '@waymark/contracts';
import { DomainError, type Unit, type VerdictOutcome } from '@waymark/kernel';
import { AuditTrail } from '../platform/audit/audit-trail.js';
import { decodeCursor, encodeCursor } from '../platform/http/cursor.js';
import { invalid } from '../platform/http/validation.js';
import { JobQueue } from '../platform/jobs/job-queue.js';
import { LivePublisher } from '../platform/live/live-publisher.js';
import { currentContext } from '../platform/request-context.js';
import { Enforcement } from './enforcement.service.js';
import { loadRatio, loadValue, type StoredValue } from './evaluation.js';
import { type GateRunRow, GateRunsRepository, type VerdictRow } from './gate-runs.repository.js';
import { Preview } from './preview.service.js';
import { type StepOutcome, summarise } from './run-result.js';

/** Judging on demand (Q99): a preview of any period by any version without effect, or enforcement of what is due. The worker does the work. */
@Injectable()
export class GateRuns {
  constructor(
    private readonly repository: GateRunsRepository,
    private readonly preview: Preview,
    private readonly enforcement: Enforcement,
    private readonly queue: JobQueue,
    private readonly live: LivePublisher,
    private readonly audit: AuditTrail,
  ) {}

  async request(request: CreateGateRun): Promise<GateRun> {
    const version = await this.repository.version(request.policyVersionId);
    if (!version) throw invalid([{ field: 'policyVersionId', code: 'unknown', message: 'There is no such policy version' }]);
    const period = await this.repository.period(request.periodId);
    if (!period) throw invalid([{ field: 'periodId', code: 'unknown', message: 'There is no such period' }]);
    if (request.mode === 'preview' && request.acceptedPercent !== undefined)
      throw invalid([
        { field: 'acceptedPercent', code: 'enforce_only', message: 'acceptedPercent belongs to an enforcing run; a preview restricts nobody' },
      ]);
    if (request.mode === 'enforce' && version.state === 'draft')
      throw new DomainError('conflict', 'A draft binds nobody. Publish it first, or preview it.');
    if (request.mode === 'enforce' && period.locked_at) throw new DomainError('conflict', 'The period is locked; its verdicts stay as they are.');
    const { periodId, policyVersionId, mode, acceptedPercent } = request;
    const id = await this.repository.insert({
      periodId,
      policyVersionId,
      mode,
      acceptedPercent: acceptedPercent ?? null,
      definitionHash: version.definition_hash,
    });
    await this.queue.enqueue('gate-run', id);
    const after = { periodId, policyVersionId, mode, acceptedPercent: acceptedPercent ?? null };
    await this.audit.record({ action: 'gate_run.requested', object: { type: 'gate_run', id }, after });
    return this.get(id);
  }

  async get(id: string): Promise<GateRun> {
    const row = await this.repository.find(id);
    if (!row) throw new DomainError('not_found', 'There is no such run.');
    return view(row);
  }

  async page(query: GateRunQuery): Promise<GateRunPage> {
    const limit = query.limit ?? limits.page.default;
    const [after = null] = decodeCursor(query.cursor, 1) ?? [];
    const rows = await this.repository.page({
      periodId: query.periodId ?? null,
      policyVersionId: query.policyVersionId ?? null,
      after,
      limit: limit + 1,
    });
    const page = rows.slice(0, limit);
    return { items: page.map(view), nextCursor: rows.length > limit ? encodeCursor([page.at(-1)?.id ?? '']) : null };
  }

  /** The work of a requested run, inside the worker's transaction. */
  async perform(id: string): Promise<void> {
    const run = await this.repository.find(id);
    if (!run || run.state !== 'queued') return;
    if (run.mode === 'preview') await this.performPreview(run);
    else await this.performEnforcement(run);
    await this.live.publish({ type: 'gates', ids: [] });
  }

  giveUp(id: string): Promise<void> {
    return this.repository.finish(id, 'failed', null);
  }

  private async performPreview(run: GateRunRow): Promise<void> {
    const version = await this.repository.version(run.policy_version_id);
    const period = await this.repository.period(run.period_id);
    if (!version || !period) return;
    try {
      await this.repository.finish(run.id, 'done', await this.preview.judge(version.definition, period));
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      await this.repository.finish(run.id, 'failed', { people: 0, steps: [], restrictions: {}, stopped: error.message });
    }
  }

  private async performEnforcement(run: GateRunRow): Promise<void> {
    const done = await this.enforcement.enforceDue({ periodId: run.period_id, policyVersionId: run.policy_version_id }, run.accepted_percent);
    const rows = await this.repository.verdicts(run.period_id, run.policy_version_id);
    const result = summarise(rows.map(outcomeOf), done.restrictions, done.stopped, currentContext().currency);
    await this.repository.finish(run.id, done.stopped === null ? 'done' : 'stopped', result);
  }
}

function outcomeOf(row: VerdictRow): StepOutcome {
  const { condition } = row;
  return {
    order: row.step_order,
    name: row.name,
    deadlineOn: row.deadline_on,
    userId: row.user_id,
    userName: row.user_name,
    waived: row.state === 'waived',
    outcome: row.outcome as VerdictOutcome | null,
    result:
      condition === null
        ? null
        : { measured: loadValue(condition.measured as StoredValue), needed: loadRatio(condition.needed), unit: condition.unit as Unit },
  };
}

function view(row: GateRunRow): GateRun {
  return {
    id: row.id,
    mode: row.mode,
    state: row.state,
    periodId: row.period_id,
    periodName: row.period_name,
    policyVersionId: row.policy_version_id,
    policyName: row.policy_name,
    policyNumber: row.policy_number,
    result: row.result,
    judgedAt: row.judged_at?.toISOString() ?? null,
    createdAt: row.created_at.toISOString(),
  };
}
