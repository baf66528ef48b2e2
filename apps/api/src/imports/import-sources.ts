import { Injectable } from '@nestjs/common';
import { Db } from '../platform/database/db.js';
import { currentContext } from '../platform/request-context.js';
import type { ImportMapping } from '@waymark/contracts';
import { PartnerListsRepository } from '../sources/partner-lists/partner-lists.repository.js';
import type { Happened, LookUp } from './fact-plan.js';
import { limitOf } from './import-limit.js';
import type { Outcome } from './import-source.js';
import { StagingRepository } from './staging.repository.js';

const unknown: Record<LookUp['table'], readonly [code: string, sentence: string]> = {
  users: ['unknown_person', 'There is no person'],
  companies: ['unknown_company', 'There is no company'],
  products: ['unknown_product', 'There is no product'],
  pipeline_items: ['unknown_item', 'There is no pipeline item'],
  tasks: ['unknown_task', 'There is no task'],
  programmes: ['unknown_programme', 'There is no programme'],
  partner_lists: ['unknown_list', 'There is no partner list with the external id'],
};
/** By what a row of the table is called, and which of its rows count; the external id wins where both fit. */
const byName = { keys: ['name', 'external_id'], present: '' };
const called: Record<LookUp['table'], { keys: readonly string[]; present: string }> = {
  users: byName,
  companies: byName,
  products: { keys: ['name'], present: '' },
  pipeline_items: byName,
  tasks: { keys: ['title', 'external_id'], present: 'and t.known_to is null' },
  programmes: byName,
  partner_lists: { keys: ['external_id'], present: '' },
};

/** Leads that are told of their lists at once. */
const toldAtOnce = 5000;

/** What imports of all sources share: names that are looked up, rows that stand twice, memberships that facts date. */
@Injectable()
export class ImportSources {
  constructor(
    private readonly db: Db,
    private readonly staging: StagingRepository,
    private readonly lists: PartnerListsRepository,
  ) {}

  /** Leads say what their lists are and what was sold from them (SRC-03). */
  async tellLeads(itemIds: readonly string[]): Promise<void> {
    for (let from = 0; from < itemIds.length; from += toldAtOnce) await this.lists.tellItems(itemIds.slice(from, from + toldAtOnce));
  }

  /**
   * Memberships whose source has no date begin with the person's first fact, else with the organisation's earliest (Q76). A roster comes before
   * the facts, so this runs again after each import of facts; it only ever moves them back.
   */
  async dateMemberships(): Promise<void> {
    await this.db.run(
      `update team_memberships m set from_on = f.first_on
       from (select u.id as user_id, coalesce(app.day_of(x.at, n.time_zone), n.earliest_fact_on) as first_on
         from users u join tenants n on n.id = $1 left join (select owner_id, min(at) as at from (
             select owner_id, min(occurred_at) as at from pipeline_events where tenant_id = $1 and not undated and known_to is null group by owner_id
             union all select owner_id, min(coalesce(completed_at, scheduled_at)) from activities where tenant_id = $1 and known_to is null group by owner_id) e
           group by owner_id) x on x.owner_id = u.id
         where u.tenant_id = $1) f
       where m.tenant_id = $1 and m.derived and m.until_on is null and m.user_id = f.user_id and m.from_on > f.first_on
         and not exists (select 1 from team_memberships o where o.tenant_id = $1 and o.team_id = m.team_id and o.user_id = m.user_id and o.id <> m.id and o.until_on > f.first_on)`,
      [currentContext().tenantId],
    );
  }

  /** Resolves a column of names into `<column>_id`; names nobody has, or several have, are errors of their line. */
  async lookUp(column: string, table: LookUp['table']): Promise<void> {
    const { tenantId } = currentContext();
    const { keys, present } = called[table];
    await this.db.run(`alter table staged add column ${column}_id uuid`);
    for (const key of keys)
      await this.db.run(
        `update staged s set ${column}_id = t.id
         from (select t.${key} as key, (array_agg(t.id))[1] as id from ${table} t where t.tenant_id = $1 ${present} group by t.${key} having count(*) = 1) t where t.key = s.${column}`,
        [tenantId],
      );
    // A name that several have says nothing about which of them is meant.
    await this.staging.find(
      `select line, 'error', case when twice then 'ambiguous' else $2 end, $3, left(${column}, 60),
         case when twice then 'Several are called "' || left(${column}, 60) || '"; name the external id.' else $4 || ' "' || left(${column}, 60) || '".' end
       from (select s.*, exists (select 1 from ${table} t where t.tenant_id = $1 and t.${keys[0]} = s.${column} ${present}) as twice from staged s where ${column} is not null and ${column}_id is null) s`,
      [tenantId, unknown[table][0], column, unknown[table][1]],
    );
    await this.staging.refuseFound();
  }

  /** The same outside id twice in one file: the first line counts, the others are errors. */
  async refuseRepeats(column: string): Promise<void> {
    await this.staging.find(
      `select line, 'error', 'repeated', $1, ${column}, 'Line ' || first || ' has the same ' || $1 || ' already.'
       from (select line, ${column}, min(line) over (partition by ${column}) as first from staged where ${column} is not null) r where line <> first`,
      [column],
    );
    await this.staging.refuseFound();
  }

  /** A row that happens later than the last instant that is taken is held. */
  async holdAhead({ field, at, day = false }: Happened, mapping: ImportMapping): Promise<void> {
    const happens = day ? `(${at}::timestamp at time zone $3)` : `${at}::timestamptz`;
    await this.staging.find(
      `select line, 'held', 'held_future', '${field}', ${at}, 'Later than ' || $2 || ': held until then.' from staged where ${happens} >= $1::timestamptz`,
      [limitOf(mapping), mapping.until ?? 'now', ...(day ? [currentContext().timeZone] : [])],
    );
  }

  /** How many rows of `planned` are new, changed and the same. */
  planned(): Promise<Outcome> {
    return this.db.one<Outcome & Record<string, number>>(
      `select count(*) filter (where old_id is null)::int as created, count(*) filter (where old_id is not null and not same)::int as updated,
         count(*) filter (where old_id is not null and same)::int as unchanged from planned`,
    );
  }
}
