import { Injectable } from '@nestjs/common';
import type { Day } from '@waymark/kernel';
import type { OwnMetricDefinition } from '@waymark/metrics';
import { Db } from '../platform/database/db.js';
import { currentContext } from '../platform/request-context.js';

export interface OwnMetricRow {
  id: string;
  key: string;
  archived_at: Date | null;
  version: number;
}

export interface OwnVersionRow {
  id: string;
  metric_id: string;
  number: number;
  state: 'draft' | 'published';
  definition: OwnMetricDefinition;
  mode: 'recompute' | 'from_now_on' | null;
  applies_from: Day | null;
  published_at: Date | null;
  ready_at: Date | null;
  days_total: number;
  days_done: number;
  failure: string | null;
}

/** A goal or policy that looks at a metric. */
export interface MetricUse {
  kind: 'goal' | 'policy';
  id: string;
  name: string;
}

const versionColumns =
  'v.id, v.metric_id, v.number, v.state, v.definition, v.mode, v.applies_from, v.published_at, v.ready_at, v.days_total, v.days_done, v.failure';

@Injectable()
export class OwnMetricsRepository {
  constructor(private readonly db: Db) {}

  all(): Promise<OwnMetricRow[]> {
    return this.db.many<OwnMetricRow & Record<string, unknown>>(
      'select id, key, archived_at, version from own_metrics where tenant_id = $1 order by id desc',
      [currentContext().tenantId],
    );
  }

  find(id: string): Promise<OwnMetricRow | null> {
    return this.db.maybe<OwnMetricRow & Record<string, unknown>>(
      'select id, key, archived_at, version from own_metrics where tenant_id = $1 and id = $2',
      [currentContext().tenantId, id],
    );
  }

  /** Versions of these metrics, or of all, the newest first. */
  versions(metricIds: readonly string[] | null): Promise<OwnVersionRow[]> {
    return this.db.many<OwnVersionRow & Record<string, unknown>>(
      `select ${versionColumns} from own_metric_versions v where v.tenant_id = $1 and ($2::uuid[] is null or v.metric_id = any($2)) order by v.metric_id, v.number desc`,
      [currentContext().tenantId, metricIds],
    );
  }

  /** What the registry is made of: every published version with its metric, the oldest first. */
  published(): Promise<(OwnVersionRow & { key: string; archived_at: Date | null })[]> {
    return this.db.many<OwnVersionRow & { key: string; archived_at: Date | null } & Record<string, unknown>>(
      `select m.key, m.archived_at, ${versionColumns} from own_metrics m join own_metric_versions v on v.tenant_id = $1 and v.metric_id = m.id
       where m.tenant_id = $1 and v.state = 'published' order by m.key, v.number`,
      [currentContext().tenantId],
    );
  }

  version(id: string): Promise<(OwnVersionRow & { key: string }) | null> {
    return this.db.maybe<OwnVersionRow & { key: string } & Record<string, unknown>>(
      `select m.key, ${versionColumns} from own_metric_versions v join own_metrics m on m.tenant_id = $1 and m.id = v.metric_id where v.tenant_id = $1 and v.id = $2`,
      [currentContext().tenantId, id],
    );
  }

  /** Two metrics that are made at once must not take one key: whoever makes one holds this until the end. */
  async lockAll(): Promise<void> {
    await this.db.run(`select pg_advisory_xact_lock(hashtextextended('own metrics ' || $1, 0))`, [currentContext().tenantId]);
  }

  async insert(key: string): Promise<string> {
    const { tenantId, userId, now } = currentContext();
    const row = await this.db.one<{ id: string }>(
      'insert into own_metrics (tenant_id, key, created_by, created_at) values ($1, $2, $3, $4) returning id',
      [tenantId, key, userId, now],
    );
    return row.id;
  }

  /** How many metrics with these keys there are; they stay until the transaction ends. */
  async holdKeys(keys: readonly string[]): Promise<number> {
    const rows = await this.db.many('select 1 from own_metrics where tenant_id = $1 and key = any($2) for key share', [
      currentContext().tenantId,
      keys,
    ]);
    return rows.length;
  }

  async lock(id: string): Promise<void> {
    await this.db.run('select 1 from own_metrics where tenant_id = $1 and id = $2 for update', [currentContext().tenantId, id]);
  }

  /** A metric and its versions have one ETag: what changes a version changes the metric's. */
  async touch(id: string): Promise<void> {
    await this.db.run('update own_metrics set key = key where tenant_id = $1 and id = $2', [currentContext().tenantId, id]);
  }

  private async touchOf(versionId: string): Promise<void> {
    await this.db.run(
      `update own_metrics m set key = m.key from own_metric_versions v where m.tenant_id = $1 and v.tenant_id = $1 and v.id = $2 and m.id = v.metric_id`,
      [currentContext().tenantId, versionId],
    );
  }

  /** The draft becomes this definition; without a draft there is a new one. */
  async saveDraft(metricId: string, definition: OwnMetricDefinition): Promise<void> {
    const { tenantId, now } = currentContext();
    await this.touch(metricId);
    await this.db.run(
      `insert into own_metric_versions (tenant_id, metric_id, number, definition, created_at)
       values ($1, $2, coalesce((select max(number) from own_metric_versions where tenant_id = $1 and metric_id = $2), 0) + 1, $3, $4)
       on conflict (tenant_id, metric_id) where state = 'draft' do update set definition = excluded.definition`,
      [tenantId, metricId, JSON.stringify(definition), now],
    );
  }

  async publish(metricId: string, versionId: string, mode: 'recompute' | 'from_now_on', appliesFrom: Day | null): Promise<void> {
    const { tenantId, userId, now } = currentContext();
    await this.touch(metricId);
    await this.db.run(
      `update own_metric_versions set state = 'published', mode = $3, applies_from = $4, published_at = $5, published_by = $6
       where tenant_id = $1 and id = $2 and state = 'draft'`,
      [tenantId, versionId, mode, appliesFrom, now, userId],
    );
  }

  async archive(id: string): Promise<void> {
    await this.db.run('update own_metrics set archived_at = $3 where tenant_id = $1 and id = $2 and archived_at is null', [
      currentContext().tenantId,
      id,
      currentContext().now,
    ]);
  }

  /** Takes away the metric, its versions and its sums. */
  async remove(id: string, key: string): Promise<void> {
    const { tenantId } = currentContext();
    await this.db.run('delete from own_metric_versions where tenant_id = $1 and metric_id = $2', [tenantId, id]);
    await this.db.run('delete from own_metrics where tenant_id = $1 and id = $2', [tenantId, id]);
    await this.removeSums(key, null);
  }

  /** Drops the sums of a metric, but those of the plan with this number. */
  async removeSums(key: string, exceptPlan: number | null): Promise<void> {
    await this.db.run(
      `delete from daily_measures where tenant_id = $1 and starts_with(measure, $2 || '@') and ($3::text is null or not starts_with(measure, $3))`,
      [currentContext().tenantId, key, exceptPlan === null ? null : `${key}@${exceptPlan}.`],
    );
  }

  /** How far the days of a version are computed. */
  async progress(versionId: string, done: number, total: number): Promise<void> {
    await this.touchOf(versionId);
    await this.db.run('update own_metric_versions set days_done = $3, days_total = $4 where tenant_id = $1 and id = $2', [
      currentContext().tenantId,
      versionId,
      done,
      total,
    ]);
  }

  /** From now on this version answers. */
  async ready(versionId: string): Promise<void> {
    await this.touchOf(versionId);
    await this.db.run('update own_metric_versions set ready_at = $3, failure = null where tenant_id = $1 and id = $2', [
      currentContext().tenantId,
      versionId,
      currentContext().now,
    ]);
  }

  async failed(versionId: string, sentence: string): Promise<void> {
    await this.touchOf(versionId);
    await this.db.run('update own_metric_versions set failure = $3 where tenant_id = $1 and id = $2 and ready_at is null', [
      currentContext().tenantId,
      versionId,
      sentence.slice(0, 500),
    ]);
  }

  /** Goals and policies that look at the metric, whatever their state: what was judged by it must stay explainable. */
  uses(key: string): Promise<MetricUse[]> {
    return this.db.many<MetricUse & Record<string, unknown>>(
      `select 'goal' as kind, g.id, g.name from goals g where g.tenant_id = $1 and g.metric = $2
       union all select distinct 'policy', p.id, p.name from gate_policies p join gate_policy_versions v on v.tenant_id = $1 and v.policy_id = p.id
       where p.tenant_id = $1 and (v.definition ->> 'goalMetric' = $2
         or jsonb_path_exists(v.definition, '$.steps[*].conditions[*].params.metric ? (@ == $key)', jsonb_build_object('key', $2::text)))
       order by 1, 3 limit 100`,
      [currentContext().tenantId, key],
    );
  }

  async ownerIds(): Promise<string[]> {
    const rows = await this.db.many<{ id: string }>('select id from users where tenant_id = $1', [currentContext().tenantId]);
    return rows.map((row) => row.id);
  }
}
