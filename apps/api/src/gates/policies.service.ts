import { Injectable } from '@nestjs/common';
import type { GatePolicy, GatePolicyDefinition, GatePolicyPage, GatePolicyVersion, GateType, PageQuery } from '@waymark/contracts';
import { limits } from '@waymark/contracts';
import { canonicalJson, choicesOf, gateTypes, needsPreview, parseDefinition, type PolicyDefinition, stepSentence, threeGates } from '@waymark/gates';
import { DomainError } from '@waymark/kernel';
import type { MetricLookup } from '@waymark/metrics';
import { createHash } from 'node:crypto';
import { scopeOf } from '../access/permissions.js';
import { TenantMetrics } from '../metrics/tenant-metrics.js';
import { AuditTrail } from '../platform/audit/audit-trail.js';
import { decodeCursor, encodeCursor } from '../platform/http/cursor.js';
import { matchVersion } from '../platform/http/if-match.js';
import { invalid } from '../platform/http/validation.js';
import { currentContext } from '../platform/request-context.js';
import { GateMakingRepository } from './gate-making.repository.js';
import { GateMaking } from './gate-making.service.js';
import { PoliciesRepository, type PolicyRow, type PolicyVersionRow } from './policies.repository.js';

/** Gate policies: drafts are free to change, a published version never changes (GATE-02). */
@Injectable()
export class PoliciesService {
  constructor(
    private readonly repository: PoliciesRepository,
    private readonly gates: GateMakingRepository,
    private readonly making: GateMaking,
    private readonly audit: AuditTrail,
    private readonly tenant: TenantMetrics,
  ) {}

  template(): GatePolicyDefinition {
    return threeGates as unknown as GatePolicyDefinition;
  }

  async types(): Promise<GateType[]> {
    const offered = choicesOf(await this.tenant.offered());
    return [...gateTypes.values()].map(({ key, label, description, fields }) => ({
      key,
      label,
      description,
      fields: fields.map((field) => ({
        key: field.key,
        label: field.label,
        kind: field.kind,
        default: field.default,
        optional: field.optional ?? false,
        min: field.min ?? null,
        max: field.max ?? null,
        choices: field.ofMetrics ? offered : [...(field.choices ?? [])],
        help: field.help ?? null,
      })),
    }));
  }

  async page(query: PageQuery): Promise<GatePolicyPage> {
    const limit = query.limit ?? limits.page.default;
    const [after = null] = decodeCursor(query.cursor, 1) ?? [];
    const rows = await this.repository.page(after, limit + 1);
    const page = rows.slice(0, limit);
    const versions = await this.repository.versions(page.map((row) => row.id));
    const { metrics } = await this.tenant.all();
    return {
      items: page.map((row) => policyView(row, versions, metrics)),
      nextCursor: rows.length > limit ? encodeCursor([page.at(-1)?.id ?? '']) : null,
    };
  }

  async get(id: string): Promise<GatePolicy> {
    const row = await this.repository.find(id);
    if (!row) throw new DomainError('not_found', 'There is no such policy.');
    return policyView(row, await this.repository.versions([id]), (await this.tenant.all()).metrics);
  }

  async create(name: string, definition: unknown): Promise<GatePolicy> {
    const parsed = definition === undefined ? threeGates : await this.parse(definition);
    const id = await this.repository.insert(name);
    await this.addVersion(id, parsed);
    await this.audit.record({ action: 'policy.created', object: { type: 'policy', id }, after: { name, definition: parsed } });
    return this.get(id);
  }

  /** A new draft; while one is open it is changed instead. */
  async draft(id: string, definition: unknown): Promise<GatePolicy> {
    const { versions } = await this.locked(id);
    const open = versions.find((version) => version.state === 'draft');
    if (open) throw new DomainError('conflict', `Version ${open.number} is still a draft. Change it instead.`, { params: { versionId: open.id } });
    const latest = versions[0]?.definition ?? threeGates;
    const parsed = definition === undefined ? latest : await this.parse(definition, latest);
    await this.addVersion(id, parsed);
    await this.repository.touch(id);
    await this.audit.record({ action: 'policy.drafted', object: { type: 'policy', id }, after: { definition: parsed } });
    return this.get(id);
  }

  async change(id: string, versionId: string, definition: unknown): Promise<GatePolicy> {
    const { row, version } = await this.version(id, versionId);
    if (version.state !== 'draft') throw new DomainError('conflict', 'A published version never changes. Make a new draft.');
    matchVersion(row.version);
    const parsed = await this.parse(definition, version.definition);
    await this.repository.updateDraft(id, versionId, JSON.stringify(parsed), hashOf(parsed));
    const changes = { before: { definition: version.definition }, after: { definition: parsed } };
    await this.audit.record({ action: 'policy.changed', object: { type: 'policy', id }, ...changes });
    return this.get(id);
  }

  /**
   * Publishes a draft: from now on it binds every gate whose deadline lies ahead. A version that withholds something must have been previewed over a
   * past period in exactly this form (Q99). With `publishedAt` it is loaded as history, which needs facts.backfill and a clock that was set back.
   */
  async publish(id: string, versionId: string, publishedAtText: string | undefined): Promise<GatePolicy> {
    const { version } = await this.version(id, versionId);
    if (version.state !== 'draft') throw new DomainError('conflict', `Version ${version.number} is ${version.state} already.`);
    const publishedAt = publishedAtText === undefined ? currentContext().now : await this.history(publishedAtText);
    const blockedBy = publishedAtText === undefined ? publishBlockedBy(version) : null;
    if (blockedBy) throw new DomainError('conflict', blockedBy, { params: { versionId } });
    await this.repository.publish(id, versionId, publishedAt, publishedAtText !== undefined);
    await this.gates.supersede(id, versionId, publishedAt);
    await this.making.makeFor(versionId);
    const { number, definition } = version;
    const after = { versionId, number, publishedAt: publishedAt.toISOString(), definition };
    await this.audit.record({ action: 'policy.published', object: { type: 'policy', id }, before: { state: 'draft' }, after });
    return this.get(id);
  }

  private async history(text: string): Promise<Date> {
    const { roles, userId, now } = currentContext();
    if (userId !== null && scopeOf(roles, 'facts.backfill') === null)
      throw new DomainError('forbidden', 'Loading history needs the capability facts.backfill.', { params: { capability: 'facts.backfill' } });
    if (!(await this.repository.clockWasSetBack()))
      throw invalid([
        { field: 'publishedAt', code: 'no_history', message: 'publishedAt is for organisations whose clock was set back when they were made' },
      ]);
    if (new Date(text) > now) throw invalid([{ field: 'publishedAt', code: 'future', message: 'publishedAt must not lie after now' }]);
    return new Date(text);
  }

  /** A definition over the metrics of the organisation. An archived one may stay where it is, and be chosen nowhere else. */
  private async parse(definition: unknown, before: PolicyDefinition | null = null): Promise<PolicyDefinition> {
    const { metrics } = await this.tenant.all();
    const offered = await this.tenant.offered();
    const kept = before ? metricKeysOf(before).flatMap((key) => metrics.get(key) ?? []) : [];
    const parsed = parseDefinition(definition, new Map([...offered, ...kept].map((metric) => [metric.key, metric])));
    await this.tenant.hold(metricKeysOf(parsed));
    return parsed;
  }

  private async addVersion(policyId: string, definition: PolicyDefinition): Promise<void> {
    await this.repository.insertVersion(policyId, JSON.stringify(definition), hashOf(definition));
  }

  private async locked(id: string): Promise<{ row: PolicyRow; versions: PolicyVersionRow[] }> {
    await this.repository.lock(id);
    const row = await this.repository.find(id);
    if (!row) throw new DomainError('not_found', 'There is no such policy.');
    return { row, versions: await this.repository.versions([id]) };
  }

  private async version(id: string, versionId: string): Promise<{ row: PolicyRow; version: PolicyVersionRow }> {
    const { row, versions } = await this.locked(id);
    const version = versions.find((one) => one.id === versionId);
    if (!version) throw new DomainError('not_found', 'There is no such version of this policy.');
    return { row, version };
  }
}

function hashOf(definition: PolicyDefinition): string {
  return createHash('sha256').update(canonicalJson(definition)).digest('hex');
}

/** The metrics that a policy names. */
function metricKeysOf(definition: PolicyDefinition): string[] {
  const named = definition.steps.flatMap((step) => step.conditions.flatMap((condition) => condition.params['metric'] ?? []));
  return [definition.goalMetric, ...named];
}

function publishBlockedBy(version: PolicyVersionRow): string | null {
  if (version.state !== 'draft' || !needsPreview(version.definition) || version.previewed) return null;
  return 'This version withholds something, so preview it over a period that has ended before you publish it.';
}

function policyView(row: PolicyRow, versions: readonly PolicyVersionRow[], metrics: MetricLookup): GatePolicy {
  return {
    id: row.id,
    name: row.name,
    version: row.version,
    versions: versions.filter((version) => version.policy_id === row.id).map((version) => versionView(version, metrics)),
  };
}

function versionView(version: PolicyVersionRow, metrics: MetricLookup): GatePolicyVersion {
  return {
    id: version.id,
    number: version.number,
    state: version.state,
    definition: version.definition as unknown as GatePolicyDefinition,
    sentences: version.definition.steps.map((step) => stepSentence(step, version.definition, currentContext().currency, metrics)),
    publishedAt: version.published_at?.toISOString() ?? null,
    backfilled: version.backfilled,
    blocking: needsPreview(version.definition),
    publishBlockedBy: publishBlockedBy(version),
    gateCount: version.gate_count,
    version: version.version,
  };
}
