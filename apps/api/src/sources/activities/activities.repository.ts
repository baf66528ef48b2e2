import { Injectable } from '@nestjs/common';
import type { Activity, ActivityKind, ActivityResult } from '@waymark/contracts';
import { Db } from '../../platform/database/db.js';
import { currentContext } from '../../platform/request-context.js';

/** An activity as one version of it says. */
export interface ActivityValues {
  type: ActivityKind;
  ownerId: string;
  companyId: string | null;
  itemId: string | null;
  scheduledAt: Date | null;
  completedAt: Date | null;
  outcome: ActivityResult | null;
  durationSeconds: number | null;
  note: string | null;
}

export interface ActivityVersion extends ActivityValues {
  rowId: string;
  externalId: string | null;
  version: number;
}

export interface ActivityFilter {
  owners: string[] | null;
  ownerId: string | null;
  type: string | null;
  outcome: string | null;
  companyId: string | null;
  /** Half-open; null where there is no limit. */
  from: Date | null;
  to: Date | null;
  after: { at: string; id: string } | null;
  limit: number;
}

/** A row of a page with its place in the order. */
export interface PlacedActivity {
  activity: Activity;
  at: string;
  row_id: string;
}

const instant = (column: string) => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
const at = 'coalesce(a.completed_at, a.scheduled_at)';
const shape = `json_build_object('id', coalesce(a.entry_id, a.id), 'externalId', a.external_id, 'type', a.type, 'owner', json_build_object('id', u.id, 'name', u.name),
  'company', case when c.id is not null then json_build_object('id', c.id, 'name', c.name) end,
  'item', case when i.id is not null then json_build_object('id', i.id, 'name', i.name) end,
  'scheduledAt', ${instant('a.scheduled_at')}, 'completedAt', ${instant('a.completed_at')}, 'outcome', a.outcome, 'durationSeconds', a.duration_seconds,
  'note', a.note, 'recordedBy', r.name, 'knownAt', ${instant('a.known_at')}, 'version', a.version)`;
const joins = `join users u on u.tenant_id = $1 and u.id = a.owner_id left join companies c on c.tenant_id = $1 and c.id = a.company_id
  left join pipeline_items i on i.tenant_id = $1 and i.id = a.item_id left join users r on r.tenant_id = $1 and r.id = a.recorded_by`;

@Injectable()
export class ActivitiesRepository {
  constructor(private readonly db: Db) {}

  /** Present versions, the latest first. The page is chosen before anything is joined to it. */
  page(filter: ActivityFilter): Promise<PlacedActivity[]> {
    return this.db.many<PlacedActivity & Record<string, unknown>>(
      `select ${shape} as activity, ${instant(at)} as at, a.id as row_id from (select * from activities a
         where a.tenant_id = $1 and a.known_to is null and ($2::uuid[] is null or a.owner_id = any($2)) and ($3::uuid is null or a.owner_id = $3)
           and ($4::text is null or a.type = $4) and ($5::text is null or coalesce(a.outcome, 'open') = $5) and ($6::uuid is null or a.company_id = $6)
           and ($7::timestamptz is null or ${at} >= $7) and ($8::timestamptz is null or ${at} < $8)
           and ($9::timestamptz is null or (${at}, a.id) < ($9, $10::uuid))
         order by ${at} desc, a.id desc limit $11) a ${joins} order by ${at} desc, a.id desc`,
      [
        currentContext().tenantId,
        filter.owners,
        filter.ownerId,
        filter.type,
        filter.outcome,
        filter.companyId,
        filter.from,
        filter.to,
        filter.after?.at ?? null,
        filter.after?.id ?? null,
        filter.limit,
      ],
    );
  }

  async find(id: string): Promise<Activity | null> {
    const row = await this.db.maybe<{ activity: Activity }>(
      `select ${shape} as activity from activities a ${joins} where a.tenant_id = $1 and (a.id = $2 or a.entry_id = $2) and a.known_to is null`,
      [currentContext().tenantId, id],
    );
    return row?.activity ?? null;
  }

  /** The present version, held until the transaction ends so that two corrections take turns. */
  lock(id: string): Promise<ActivityVersion | null> {
    return this.db.maybe<ActivityVersion & Record<string, unknown>>(
      `select id as "rowId", external_id as "externalId", version, type, owner_id as "ownerId", company_id as "companyId", item_id as "itemId",
         scheduled_at as "scheduledAt", completed_at as "completedAt", outcome, duration_seconds as "durationSeconds", note
       from activities where tenant_id = $1 and (id = $2 or entry_id = $2) and known_to is null for no key update`,
      [currentContext().tenantId, id],
    );
  }

  /** A first version, or the next one of `before`, known from now on. Answers the id of its row. */
  async insert(values: ActivityValues, externalId: string | null, before: { id: string; version: number } | null): Promise<string> {
    const { tenantId, userId, now } = currentContext();
    const row = await this.db.one<{ id: string }>(
      `insert into activities (tenant_id, external_id, entry_id, version, type, owner_id, company_id, item_id, scheduled_at, completed_at, outcome,
         duration_seconds, note, known_at, recorded_by) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) returning id`,
      [
        tenantId,
        externalId,
        before?.id ?? null,
        (before?.version ?? 0) + 1,
        values.type,
        values.ownerId,
        values.companyId,
        values.itemId,
        values.scheduledAt,
        values.completedAt,
        values.outcome,
        values.durationSeconds,
        values.note,
        now,
        userId,
      ],
    );
    return row.id;
  }

  /** From now on this version is no longer what is known. */
  async close(rowId: string): Promise<void> {
    const { tenantId, now } = currentContext();
    await this.db.run('update activities set known_to = greatest($3, known_at) where tenant_id = $1 and id = $2', [tenantId, rowId, now]);
  }

  /** Whether there is such a thing, and for a lead or deal: one of these people's (null: anybody's). */
  async exists(table: 'users' | 'companies' | 'pipeline_items', id: string, owners: string[] | null = null): Promise<boolean> {
    const { tenantId } = currentContext();
    if (table !== 'pipeline_items') return (await this.db.maybe(`select 1 from ${table} where tenant_id = $1 and id = $2`, [tenantId, id])) !== null;
    const row = await this.db.maybe('select 1 from pipeline_items where tenant_id = $1 and id = $2 and ($3::uuid[] is null or owner_id = any($3))', [
      tenantId,
      id,
      owners,
    ]);
    return row !== null;
  }

  async hasExternalId(externalId: string): Promise<boolean> {
    const row = await this.db.maybe('select 1 from activities where tenant_id = $1 and external_id = $2 and known_to is null', [
      currentContext().tenantId,
      externalId,
    ]);
    return row !== null;
  }
}
