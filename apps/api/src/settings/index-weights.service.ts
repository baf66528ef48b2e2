import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { ChangeIndexWeights, IndexWeights } from '@waymark/contracts';
import { canWeigh, shippedWeights } from '@waymark/metrics';
import { AuditTrail, changedFields } from '../platform/audit/audit-trail.js';
import { matchVersion } from '../platform/http/if-match.js';
import { invalid } from '../platform/http/validation.js';
import { JobQueue } from '../platform/jobs/job-queue.js';
import { currentContext } from '../platform/request-context.js';
import { IndexWeightsRepository, type Weights } from './index-weights.repository.js';

const shipped: Weights = {
  calls: Number(shippedWeights.calls),
  agreements: Number(shippedWeights.agreements),
  lists: Number(shippedWeights.lists),
  sales: Number(shippedWeights.sales),
};

/** Weights of the performance index (Q85): each change is a version, so that the index as of a past instant keeps the weights of then. */
@Injectable()
export class IndexWeightsService {
  constructor(
    private readonly repository: IndexWeightsRepository,
    private readonly audit: AuditTrail,
    private readonly queue: JobQueue,
  ) {}

  async get(): Promise<IndexWeights> {
    const found = await this.repository.find();
    if (!found) return { ...shipped, knownAt: null, version: 1 };
    const { known_at, ...weights } = found;
    return { ...weights, knownAt: known_at.toISOString() };
  }

  /** Goals on the index are computed again by the worker. */
  async change(request: ChangeIndexWeights): Promise<IndexWeights> {
    await this.repository.lock();
    const { knownAt: _since, version, ...before } = await this.get();
    matchVersion(version);
    const told = Object.fromEntries(Object.entries(request).filter(([, weight]) => weight !== undefined)) as Partial<Weights>;
    const after: Weights = { ...before, ...told };
    const { calls, agreements, lists, sales } = after;
    if (!canWeigh({ calls: BigInt(calls), agreements: BigInt(agreements), lists: BigInt(lists), sales: BigInt(sales) }))
      throw invalid([{ field: 'sales', code: 'all_zero', message: 'At least one weight must be above 0: an index of nothing says nothing' }]);
    const changes = changedFields(before, after);
    if (Object.keys(changes.after).length > 0) {
      await this.repository.insert(after);
      await this.queue.enqueue('settings-goals', randomUUID());
    }
    await this.audit.record({ action: 'index_weights.changed', object: { type: 'organisation', id: currentContext().tenantId }, ...changes });
    return this.get();
  }
}
