import { Injectable } from '@nestjs/common';
import { Db } from '../platform/database/db.js';
import { currentContext } from '../platform/request-context.js';
import type { ImportRun, Outcome, SourceWriter, TakenRow } from './import-source.js';
import { ImportSources } from './import-sources.js';
import { manyRows, StagingRepository } from './staging.repository.js';

/** What is known of a list, in the order in which old and new are held against each other. */
const state = ['name', 'owner_id', 'partners', 'opened_on', 'due_on', 'sent_on', 'closed_on', 'closed_by', 'note'] as const;
const all = (age: string) => state.map((name) => `v.${age}_${name}`).join(', ');
/** Field, its staged column and the column of the version that it tells. */
const days = [
  ['openedOn', 'opened_on', 'opened_on'],
  ['partnerListSentDate', 'partner_list_sent_date', 'sent_on'],
  ['closedOn', 'closed_on', 'closed_on'],
] as const;
const begins = (day: string) => `(${day}::timestamp at time zone $4)`;

/** Import of partner lists (SRC-04): a version per change, so that a moved due day keeps its history (Q84, Q98). */
@Injectable()
export class ImportPartnerLists implements Required<SourceWriter> {
  constructor(
    private readonly db: Db,
    private readonly staging: StagingRepository,
    private readonly sources: ImportSources,
  ) {}

  async run(run: ImportRun): Promise<Outcome> {
    await this.sources.refuseRepeats('external_id');
    await this.sources.lookUp('item', 'pipeline_items');
    await this.sources.lookUp('owner', 'users');
    for (const [field, at] of days) await this.sources.holdAhead({ field, at, day: true }, run.mapping);
    await this.staging.refuseFound();
    await this.plan(run.told);
    await this.check();
    const outcome = await this.sources.planned();
    const written = outcome.created + outcome.updated;
    if (!(await run.mayWrite()) || written === 0) return outcome;
    await this.write(run);
    if (written >= manyRows) await this.staging.refreshStatistics(run, outcome.created, 'partner_list_versions');
    await this.tellItems();
    return outcome;
  }

  taken(): Promise<TakenRow[]> {
    return this.db.many<TakenRow & Record<string, unknown>>(
      `select p.line, l.id, case when p.old_id is null then 'created' when p.same then 'unchanged' else 'updated' end as outcome
       from planned p left join partner_lists l on l.tenant_id = $1 and l.id = p.list_id`,
      [currentContext().tenantId],
    );
  }

  /** Beside each row the present version of its list. A list that was closed with its lead stays so until a day is told. */
  private async plan(told: ReadonlySet<string>): Promise<void> {
    const { tenantId, now, timeZone } = currentContext();
    const kept = (field: string, value: string, old: string) => (told.has(field) ? value : old);
    const closed = kept(
      'closedOn',
      `case when v.closed_by = 'item' then coalesce(s.closed_on::date, v.closed_on) else s.closed_on::date end`,
      'v.closed_on',
    );
    await this.db.run(
      `create temp table planned on commit drop as select v.*, v.old_id is not null and (${all('old')}) is not distinct from (${all('new')}) as same
       from (select s.line, s.external_id, s.known_at, s.item_id, l.item_id as old_item_id, i.list_id is not null as partner, coalesce(l.id, uuidv7()) as list_id,
           v.id as old_id, v.version as old_version, ${state.map((name) => `v.${name} as old_${name}`).join(', ')},
           coalesce(s.name, v.name, i.name) as new_name, coalesce(s.owner_id, v.owner_id, i.owner_id) as new_owner_id,
           ${kept('partnerListSize', 's.partner_list_size::integer', 'v.partners')} as new_partners,
           coalesce(s.opened_on::date, v.opened_on, least(app.day_of($2::timestamptz, $3), s.partner_list_sent_date::date, s.closed_on::date)) as new_opened_on,
           ${kept('partnerListDueDate', 's.partner_list_due_date::date', 'v.due_on')} as new_due_on,
           ${kept('partnerListSentDate', 's.partner_list_sent_date::date', 'v.sent_on')} as new_sent_on, ${closed} as new_closed_on,
           case when ${closed} is null then null when ${closed} = v.closed_on then v.closed_by else 'person' end as new_closed_by,
           ${kept('note', 's.note', 'v.note')} as new_note
         from staged s join pipeline_items i on i.tenant_id = $1 and i.id = s.item_id
           left join partner_lists l on l.tenant_id = $1 and l.external_id = s.external_id
           left join partner_list_versions v on v.tenant_id = $1 and v.list_id = l.id and v.known_to is null) v`,
      [tenantId, now, timeZone],
    );
  }

  private async check(): Promise<void> {
    const say = (when: string, code: string, field: string, message: string) =>
      this.staging.find(`select line, 'error', '${code}', '${field}', null, '${message}' from planned where ${when}`);
    await say('old_id is null and partner', 'partner', 'item', 'This is a contact of a partner list itself; lists come from leads.');
    await say('old_item_id <> item_id', 'other_item', 'item', 'The list came from another lead.');
    await say('new_sent_on < new_opened_on', 'order', 'partnerListSentDate', 'The list was sent before it was agreed.');
    await this.staging.refusePlanned();
  }

  private async write({ mapping, requestedBy }: ImportRun): Promise<void> {
    const { tenantId, now, timeZone } = currentContext();
    await this.db.run(
      `update partner_list_versions v set known_to = greatest($2::timestamptz, v.known_at) from planned p
       where v.tenant_id = $1 and v.id = p.old_id and v.known_to is null and not p.same`,
      [tenantId, now],
    );
    await this.db.run(
      'insert into partner_lists (tenant_id, id, item_id, external_id, created_at) select $1, list_id, item_id, external_id, $2 from planned where old_id is null order by line',
      [tenantId, now],
    );
    const told =
      mapping.knownAt === 'occurred_at'
        ? 'greatest(p.opened_at, p.ended_at)'
        : typeof mapping.knownAt === 'object'
          ? 'p.known_at'
          : 'null::timestamptz';
    // What would have been known when the owner's gates were judged is known from now on instead (Q98).
    const known = `case when p.old_id is null and (j.known_until is null or ${told} > j.known_until) then least(${told}, $2::timestamptz) else $2::timestamptz end`;
    const ended = (day: string) => `case when ${day} is not null then greatest(${begins(day)}, ${begins('new_opened_on')}) end`;
    await this.db.run(
      `insert into partner_list_versions (tenant_id, list_id, version, name, owner_id, partners, opened_on, due_on, has_due, sent_on, closed_on, closed_by, note,
         opened_at, sent_at, closed_at, ended_at, late_at, known_at, backfilled, recorded_by)
       select $1, p.list_id, coalesce(p.old_version, 0) + 1, p.new_name, p.new_owner_id, p.new_partners, p.new_opened_on, p.new_due_on, p.new_due_on is not null,
         p.new_sent_on, p.new_closed_on, p.new_closed_by, p.new_note, p.opened_at, ${begins('p.new_sent_on')}, ${begins('p.new_closed_on')}, p.ended_at,
         case when p.ended_at is null or p.due_end < p.ended_at then p.due_end end, ${known}, ${known} < $2::timestamptz, $3
       from (select *, ${begins('new_opened_on')} as opened_at, ${begins('(new_due_on + 1)')} as due_end,
           least(${ended('new_sent_on')}, ${ended('new_closed_on')}) as ended_at from planned where not same) p
         left join app.judged_until($1) j on j.user_id = p.new_owner_id order by p.new_owner_id, p.line`,
      [tenantId, now, requestedBy, timeZone],
    );
  }

  /** What the leads say of their lists (SRC-03). */
  private async tellItems(): Promise<void> {
    const rows = await this.db.many<{ id: string }>('select distinct item_id as id from planned where not same order by item_id');
    await this.sources.tellLeads(rows.map(({ id }) => id));
  }
}
