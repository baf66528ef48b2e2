import { Injectable } from '@nestjs/common';
import type {
  OwnMetric,
  OwnMetricDetail,
  OwnMetricList,
  OwnMetricPreview,
  OwnMetricSourceList,
  OwnMetricVersion,
  PublishOwnMetric,
} from '@waymark/contracts';
import { dayOf, DomainError } from '@waymark/kernel';
import { type OwnMetricDefinition, ownKeyOf, ownLimits, ownNature, ownSentence, ownSources, parseOwnMetric } from '@waymark/metrics';
import { AuditTrail } from '../platform/audit/audit-trail.js';
import { matchVersion } from '../platform/http/if-match.js';
import { invalid } from '../platform/http/validation.js';
import { JobQueue } from '../platform/jobs/job-queue.js';
import { currentContext } from '../platform/request-context.js';
import { OwnMetricPreviews } from './own-metric-preview.service.js';
import { rebuildJob } from './own-metric-rebuild.service.js';
import { type OwnMetricRow, OwnMetricsRepository, type OwnVersionRow } from './own-metrics.repository.js';
import { TenantMetrics } from './tenant-metrics.js';

/** Metrics that an organisation defines itself: drafts are free to change, a published version never changes (MET-04). */
@Injectable()
export class OwnMetrics {
  constructor(
    private readonly repository: OwnMetricsRepository,
    private readonly previews: OwnMetricPreviews,
    private readonly tenant: TenantMetrics,
    private readonly queue: JobQueue,
    private readonly audit: AuditTrail,
  ) {}

  sources(): OwnMetricSourceList {
    return {
      items: ownSources.map(({ key, label, dates, columns }) => ({
        key,
        label,
        dates: dates.map((date) => ({ key: date.key, label: date.label, standing: date.until !== null })),
        columns: columns.map((column) => ({ ...column, words: column.words ? [...column.words] : null, operators: [...column.operators] })),
      })),
    };
  }

  async list(): Promise<OwnMetricList> {
    const rows = await this.repository.all();
    const versions = await this.repository.versions(null);
    return {
      items: rows.map((row) =>
        viewOf(
          row,
          versions.filter((version) => version.metric_id === row.id),
        ),
      ),
    };
  }

  async get(id: string): Promise<OwnMetricDetail> {
    const row = await this.found(id);
    return { ...viewOf(row, await this.repository.versions([id])), uses: await this.repository.uses(row.key) };
  }

  preview(definition: unknown, teamId: string | undefined): Promise<OwnMetricPreview> {
    return this.previews.preview(parseOwnMetric(definition), teamId ?? null);
  }

  async create(input: unknown): Promise<OwnMetricDetail> {
    const definition = parseOwnMetric(input);
    await this.repository.lockAll();
    const all = await this.repository.all();
    if (all.filter((row) => row.archived_at === null).length >= ownLimits.metrics)
      throw new DomainError('conflict', `An organisation has at most ${ownLimits.metrics} own metrics. Archive one first.`);
    const key = ownKeyOf(definition.label, new Set(all.map((row) => row.key)));
    const id = await this.repository.insert(key);
    await this.repository.saveDraft(id, definition);
    await this.audit.record({ action: 'own_metric.created', object: { type: 'own_metric', id }, after: { key, definition } });
    return this.get(id);
  }

  /** The draft becomes this definition; a metric without one gets one. */
  async change(id: string, input: unknown): Promise<OwnMetricDetail> {
    const definition = parseOwnMetric(input);
    const { row, versions } = await this.locked(id);
    matchVersion(row.version);
    assertNotArchived(row);
    assertSameNature(definition, latestPublished(versions));
    const before = versions.find((version) => version.state === 'draft');
    await this.repository.saveDraft(id, definition);
    const changes = { before: before ? { definition: before.definition } : null, after: { definition } };
    await this.audit.record({ action: 'own_metric.changed', object: { type: 'own_metric', id }, ...changes });
    return this.get(id);
  }

  /** The draft is tried on history and, when it means something, computed for every day by a job; it answers when that is done. */
  async publish(id: string, { mode }: PublishOwnMetric): Promise<OwnMetricDetail> {
    const { row, versions } = await this.locked(id);
    assertNotArchived(row);
    const draft = versions.find((version) => version.state === 'draft');
    if (!draft) throw new DomainError('conflict', 'There is no draft to publish. Change the definition first.');
    const before = latestPublished(versions);
    if (before && !before.ready_at && !before.failure)
      throw new DomainError('conflict', `Version ${before.number} is still being computed. Publish when it is done.`, {
        params: { versionId: before.id },
      });
    assertSameNature(draft.definition, before);
    assertMode(mode, draft.definition, before);
    await this.previews.assertMeaningful(draft.definition);
    const { now, timeZone } = currentContext();
    const appliesFrom = mode === 'from_now_on' ? dayOf(now, timeZone) : null;
    await this.repository.publish(id, draft.id, mode, appliesFrom);
    this.tenant.forget();
    await this.queue.enqueue(rebuildJob, draft.id);
    const after = { key: row.key, number: draft.number, mode, appliesFrom, definition: draft.definition };
    await this.audit.record({
      action: 'own_metric.published',
      object: { type: 'own_metric', id },
      before: before ? { number: before.number, definition: before.definition } : null,
      after,
    });
    return this.get(id);
  }

  /** Goals and policies that look at it go on; nothing new can choose it. */
  async archive(id: string): Promise<OwnMetricDetail> {
    const { row } = await this.locked(id);
    assertNotArchived(row);
    await this.repository.archive(id);
    this.tenant.forget();
    await this.audit.record({ action: 'own_metric.archived', object: { type: 'own_metric', id }, after: { key: row.key } });
    return this.get(id);
  }

  /** Only what nothing looks at goes away (Q126). */
  async remove(id: string): Promise<void> {
    const { row } = await this.locked(id);
    matchVersion(row.version);
    const uses = await this.repository.uses(row.key);
    if (uses.length > 0) {
      const named = uses.slice(0, 5).map((use) => `the ${use.kind} "${use.name}"`);
      const more = uses.length > named.length ? ` and ${uses.length - named.length} more` : '';
      throw new DomainError('conflict', `It is used by ${named.join(', ')}${more}. Archive it instead.`, { params: { uses } });
    }
    await this.repository.remove(id, row.key);
    this.tenant.forget();
    await this.audit.record({ action: 'own_metric.removed', object: { type: 'own_metric', id }, before: { key: row.key } });
  }

  private async found(id: string): Promise<OwnMetricRow> {
    const row = await this.repository.find(id);
    if (!row) throw new DomainError('not_found', 'There is no such metric.');
    return row;
  }

  private async locked(id: string): Promise<{ row: OwnMetricRow; versions: OwnVersionRow[] }> {
    await this.repository.lock(id);
    return { row: await this.found(id), versions: await this.repository.versions([id]) };
  }
}

function assertNotArchived(row: OwnMetricRow): void {
  if (row.archived_at) throw new DomainError('conflict', 'This metric is archived. Make a new one.');
}

function latestPublished(versions: readonly OwnVersionRow[]): OwnVersionRow | null {
  return versions.find((version) => version.state === 'published') ?? null;
}

/** Targets are written in the unit, and goals add up or do not: both stay as they are while the metric lives. */
function assertSameNature(definition: OwnMetricDefinition, before: OwnVersionRow | null): void {
  if (!before) return;
  const [now, then] = [ownNature(definition), ownNature(before.definition)];
  const say = (field: string, message: string) =>
    invalid([{ field: `definition.${field}`, code: 'permanent', message: `definition.${field} ${message}` }]);
  if (definition.unit !== before.definition.unit)
    throw say('unit', `stays ${before.definition.unit}: targets are written in it. Make another metric.`);
  if (now.additive !== then.additive) throw say('kind', `stays a number that ${then.additive ? 'adds up' : 'does not add up'}. Make another metric.`);
  if (now.tense !== then.tense) throw say('of.date', 'stays what it was: what happens in a window, or what stands at its end. Make another metric.');
}

function assertMode(mode: PublishOwnMetric['mode'], definition: OwnMetricDefinition, before: OwnVersionRow | null): void {
  const refuse = (code: string, message: string) => invalid([{ field: 'mode', code, message: `mode ${message}` }]);
  if (mode === 'recompute') return;
  if (!before) throw refuse('first_version', 'must be recompute: there is no older version that could keep the older days');
  if (ownNature(definition).tense === 'standing')
    throw refuse('standing', 'must be recompute: what stands at an instant is counted from all days, so it has no older ones to keep');
}

function viewOf(row: OwnMetricRow, versions: readonly OwnVersionRow[]): OwnMetric {
  const published = latestPublished(versions);
  const shown = published ?? versions[0];
  const state = row.archived_at ? 'archived' : !published ? 'draft' : published.ready_at ? 'ready' : published.failure ? 'failed' : 'computing';
  return {
    id: row.id,
    key: row.key,
    label: shown?.definition.label ?? row.key,
    state,
    hasDraft: versions.some((version) => version.state === 'draft'),
    versions: versions.map(versionView),
    version: row.version,
  };
}

function versionView(version: OwnVersionRow): OwnMetricVersion {
  return {
    id: version.id,
    number: version.number,
    state: version.state,
    definition: version.definition as OwnMetricVersion['definition'],
    sentence: ownSentence(version.definition),
    mode: version.mode,
    appliesFrom: version.applies_from,
    publishedAt: version.published_at?.toISOString() ?? null,
    readyAt: version.ready_at?.toISOString() ?? null,
    progress: { done: version.days_done, total: version.days_total },
    failure: version.failure,
  };
}
