import { Injectable } from '@nestjs/common';
import type { PolicyDefinition } from '@waymark/gates';
import { Db } from '../platform/database/db.js';
import { currentContext } from '../platform/request-context.js';

export interface PolicyVersionRow {
  id: string;
  policy_id: string;
  number: number;
  state: 'draft' | 'published' | 'retired';
  definition: PolicyDefinition;
  definition_hash: string;
  published_at: Date | null;
  backfilled: boolean;
  gate_count: number;
  previewed: boolean;
  version: number;
}

export interface PolicyRow {
  id: string;
  name: string;
  version: number;
}

@Injectable()
export class PoliciesRepository {
  constructor(private readonly db: Db) {}

  page(after: string | null, limit: number): Promise<PolicyRow[]> {
    return this.db.many<PolicyRow & Record<string, unknown>>(
      'select id, name, version from gate_policies where tenant_id = $1 and archived_at is null and ($2::uuid is null or id < $2) order by id desc limit $3',
      [currentContext().tenantId, after, limit],
    );
  }

  find(id: string): Promise<PolicyRow | null> {
    return this.db.maybe<PolicyRow & Record<string, unknown>>('select id, name, version from gate_policies where tenant_id = $1 and id = $2', [
      currentContext().tenantId,
      id,
    ]);
  }

  /** Versions of these policies, newest first. A preview counts when it was of exactly this definition and over a period that had ended (Q99). */
  versions(policyIds: readonly string[]): Promise<PolicyVersionRow[]> {
    return this.db.many<PolicyVersionRow & Record<string, unknown>>(
      `select v.id, v.policy_id, v.number, v.state, v.definition, v.definition_hash, v.published_at, v.backfilled, v.version,
         (select count(*)::int from gates x where x.tenant_id = $1 and x.policy_version_id = v.id) as gate_count,
         exists (select 1 from gate_runs r join goal_periods p on p.tenant_id = $1 and p.id = r.period_id where r.tenant_id = $1 and r.policy_version_id = v.id
           and r.mode = 'preview' and r.state = 'done' and r.definition_hash = v.definition_hash and p.ends_at <= r.judged_at) as previewed
       from gate_policy_versions v where v.tenant_id = $1 and v.policy_id = any($2) order by v.policy_id, v.number desc`,
      [currentContext().tenantId, policyIds],
    );
  }

  async insert(name: string): Promise<string> {
    const { tenantId, userId, now } = currentContext();
    const row = await this.db.one<{ id: string }>(
      'insert into gate_policies (tenant_id, name, created_by, created_at) values ($1, $2, $3, $4) returning id',
      [tenantId, name, userId, now],
    );
    return row.id;
  }

  /** One writer per policy, so that versions are numbered and published one after the other. */
  async lock(id: string): Promise<void> {
    await this.db.run('select 1 from gate_policies where tenant_id = $1 and id = $2 for update', [currentContext().tenantId, id]);
  }

  async insertVersion(policyId: string, definition: string, hash: string): Promise<string> {
    const { tenantId, now } = currentContext();
    const row = await this.db.one<{ id: string }>(
      `insert into gate_policy_versions (tenant_id, policy_id, number, definition, definition_hash, created_at)
       values ($1, $2, coalesce((select max(number) from gate_policy_versions where tenant_id = $1 and policy_id = $2), 0) + 1, $3, $4, $5) returning id`,
      [tenantId, policyId, definition, hash, now],
    );
    return row.id;
  }

  async updateDraft(policyId: string, versionId: string, definition: string, hash: string): Promise<void> {
    await this.touch(policyId);
    await this.db.run(`update gate_policy_versions set definition = $3, definition_hash = $4 where tenant_id = $1 and id = $2 and state = 'draft'`, [
      currentContext().tenantId,
      versionId,
      definition,
      hash,
    ]);
  }

  /** A policy and its versions have one ETag: what changes a version changes the policy's. */
  async touch(policyId: string): Promise<void> {
    await this.db.run('update gate_policies set name = name where tenant_id = $1 and id = $2', [currentContext().tenantId, policyId]);
  }

  /** The published version, if any, retires; this one takes its place. */
  async publish(policyId: string, versionId: string, publishedAt: Date, backfilled: boolean): Promise<void> {
    const { tenantId, userId } = currentContext();
    await this.touch(policyId);
    await this.db.run(`update gate_policy_versions set state = 'retired' where tenant_id = $1 and policy_id = $2 and state = 'published'`, [
      tenantId,
      policyId,
    ]);
    await this.db.run(
      `update gate_policy_versions set state = 'published', published_at = $3, published_by = $4, backfilled = $5 where tenant_id = $1 and id = $2 and state = 'draft'`,
      [tenantId, versionId, publishedAt, userId, backfilled],
    );
  }

  /** Whether the organisation's clock was set back when it was made: only there may history be loaded (Q99, Q100). */
  async clockWasSetBack(): Promise<boolean> {
    return (await this.db.maybe('select 1 from tenants where id = $1 and clock_offset_ms > 0', [currentContext().tenantId])) !== null;
  }
}
