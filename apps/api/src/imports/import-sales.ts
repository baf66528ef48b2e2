import { Injectable } from '@nestjs/common';
import { limits } from '@waymark/contracts';
import { Db } from '../platform/database/db.js';
import { currentContext } from '../platform/request-context.js';
import { SaleRates } from '../sources/sales/sale-rates.repository.js';
import { limitOf } from './import-limit.js';
import type { ImportRun, Outcome, SourceWriter, TakenRow } from './import-source.js';
import { ImportSources } from './import-sources.js';
import { manyRows, StagingRepository } from './staging.repository.js';

/** What a sale says, in the order in which old and new are held against each other. */
const state = [
  'seller_id',
  'company_id',
  'product_id',
  'list_id',
  'occurred_at',
  'agreed_minor',
  'agreed_currency',
  'note',
  'people',
  'ppm',
] as const;
const all = (age: string) => state.map((name) => `v.${age}_${name}`).join(', ');

/** Import of sales with shares and currencies (SRC-07, SRC-08), set by set: a version is one row per credited person, in both currencies to the cent. */
@Injectable()
export class ImportSales implements Required<SourceWriter> {
  constructor(
    private readonly db: Db,
    private readonly staging: StagingRepository,
    private readonly sources: ImportSources,
    private readonly rates: SaleRates,
  ) {}

  async run(run: ImportRun): Promise<Outcome> {
    await this.rates.takeTurns('shared');
    await this.sources.refuseRepeats('external_id');
    await this.sources.lookUp('owner', 'users');
    await this.sources.lookUp('company', 'companies');
    await this.sources.lookUp('product', 'products');
    await this.sources.lookUp('list', 'partner_lists');
    await this.lookUpShares();
    await this.staging.find(
      `select line, 'held', 'held_future', 'occurred_at', occurred_at, 'Later than ' || $2 || ': held until then.' from staged where occurred_at::timestamptz >= $1::timestamptz`,
      [limitOf(run.mapping), run.mapping.until ?? 'now'],
    );
    await this.staging.refuseFound();
    await this.plan(run.told);
    const outcome = await this.sources.planned();
    const written = outcome.created + outcome.updated;
    if (!(await run.mayWrite()) || written === 0) return outcome;
    await this.write(run);
    if (written >= manyRows) await this.staging.refreshStatistics(run, outcome.created, 'sales');
    await this.tellLeads();
    return outcome;
  }

  /** The leads of the lists that these sales came from, or came from before, say when the first sale was and what all come to. */
  private async tellLeads(): Promise<void> {
    const rows = await this.db.many<{ id: string }>(
      `select distinct l.item_id as id from planned p cross join lateral unnest(array[p.old_list_id, p.new_list_id]) as x (list_id)
         join partner_lists l on l.tenant_id = $1 and l.id = x.list_id where not p.same order by 1`,
      [currentContext().tenantId],
    );
    await this.sources.tellLeads(rows.map(({ id }) => id));
  }

  taken(): Promise<TakenRow[]> {
    return this.db.many<TakenRow & Record<string, unknown>>(
      `select p.line, coalesce(s.entry_id, s.id) as id, case when p.old_id is null then 'created' when p.same then 'unchanged' else 'updated' end as outcome
       from planned p left join sales s on s.tenant_id = $1 and s.external_id = p.external_id and s.known_to is null`,
      [currentContext().tenantId],
    );
  }

  /** Who shares: each named like an owner. */
  private async lookUpShares(): Promise<void> {
    const { tenantId } = currentContext();
    await this.db.run(
      `create temp table sharing on commit drop as select s.line, x.place::int as place, x.part ->> 'person' as person, (x.part ->> 'ppm')::int as ppm, null::uuid as user_id
       from staged s cross join lateral jsonb_array_elements(s.shares::jsonb) with ordinality as x (part, place) where s.shares is not null`,
    );
    for (const key of ['name', 'external_id'])
      await this.db.run(
        `update sharing s set user_id = t.id from (select ${key} as key, (array_agg(id))[1] as id from users where tenant_id = $1 group by ${key} having count(*) = 1) t
         where t.key = s.person`,
        [tenantId],
      );
    await this.staging.find(
      `select line, 'error', case when twice then 'ambiguous' else 'unknown_person' end, 'shares', left(person, 60),
         case when twice then 'Several are called "' || left(person, 60) || '"; name the external id.' else 'There is no person "' || left(person, 60) || '".' end
       from (select s.*, exists (select 1 from users t where t.tenant_id = $1 and t.name = s.person) as twice from sharing s where user_id is null) s`,
      [tenantId],
    );
    await this.staging.find(
      `select distinct line, 'error', 'repeated', 'shares', null, 'A person stands twice in the shares.' from sharing where user_id is not null group by line, user_id having count(*) > 1`,
    );
    await this.staging.refuseFound();
  }

  /** Beside each row the present version of its sale; then what is counted at the rate of its day. */
  private async plan(told: ReadonlySet<string>): Promise<void> {
    const { tenantId, currency, timeZone } = currentContext();
    const kept = (field: string, value: string, old: string) => (told.has(field) ? value : `case when h.id is null then ${value} else ${old} end`);
    await this.db.run(
      `create temp table planned on commit drop as select v.*, v.old_id is not null and (${all('old')}) is not distinct from (${all('new')}) as same,
         uuidv7() as row_id, null::bigint as counted, null::numeric as rate, null::date as rate_on
       from (select s.line, s.external_id, s.day_only, s.known_at, h.id as old_id, h.entry as old_entry, h.version as old_version, ${kept('list', 's.list_id', 'h.list_id')} as new_list_id, h.list_id as old_list_id,
           s.owner_id as new_seller_id, ${kept('company', 's.company_id', 'h.company_id')} as new_company_id, ${kept('product', 's.product_id', 'h.product_id')} as new_product_id,
           s.occurred_at::timestamptz as new_occurred_at, s.amount::bigint as new_agreed_minor,
           coalesce(s.currency, ${told.has('currency') ? '' : 'h.currency,'} $2)::char(3) as new_agreed_currency, ${kept('note', 's.note', 'h.note')} as new_note,
           ${kept('shares', 'p.people', 'h.people')} as new_people, ${kept('shares', 'p.ppm', 'h.ppm')} as new_ppm,
           h.seller_id as old_seller_id, h.company_id as old_company_id, h.product_id as old_product_id, h.occurred_at as old_occurred_at,
           h.agreed as old_agreed_minor, h.currency as old_agreed_currency, h.note as old_note, h.people as old_people, h.ppm as old_ppm
         from staged s
         left join (select line, array_agg(user_id order by place) as people, array_agg(ppm order by place) as ppm from sharing group by line) p on p.line = s.line
         left join lateral (select x.id, coalesce(x.entry_id, x.id) as entry, x.version, x.list_id, coalesce(x.seller_id, x.owner_id) as seller_id, x.company_id, x.product_id, x.occurred_at,
             coalesce(x.given_whole_minor, x.given_minor, x.whole_minor, x.amount_minor) as agreed, coalesce(x.given_currency, x.currency) as currency, x.note,
             case when x.share_ppm is not null then (select array_agg(y.owner_id order by y.position) from sales y where y.tenant_id = $1 and y.known_to is null
               and coalesce(y.entry_id, y.id) = coalesce(x.entry_id, x.id)) end as people,
             case when x.share_ppm is not null then (select array_agg(y.share_ppm order by y.position) from sales y where y.tenant_id = $1 and y.known_to is null
               and coalesce(y.entry_id, y.id) = coalesce(x.entry_id, x.id)) end as ppm
           from sales x where x.tenant_id = $1 and x.external_id = s.external_id and x.known_to is null and x.position = 1) h on true) v`,
      [tenantId, currency],
    );
    await this.db.run(
      `update planned p set rate = r.rate, rate_on = r.rate_on from (select q.line, e.rate, e.rate_on from planned q cross join lateral
         (select x.rate, x.rate_on from exchange_rates x where x.tenant_id = $1 and x.currency = q.new_agreed_currency and x.rate_on <= app.day_of(q.new_occurred_at, $3)
          order by x.rate_on desc limit 1) e where q.new_agreed_currency <> $2) r where r.line = p.line`,
      [tenantId, currency, timeZone],
    );
    await this.staging.find(
      `select line, 'error', 'out_of_range', 'amount', null, 'At the rate ' || trim_scale(rate) || ' the amount grows beyond what can be stored.' from planned
       where abs(round(new_agreed_minor * rate)) > $1`,
      [limits.amountMinor],
    );
    await this.staging.refuseFound();
    await this.db.run('delete from planned p where not exists (select 1 from staged s where s.line = p.line)');
    await this.db.run(
      'update planned set counted = case when new_agreed_currency = $1 then new_agreed_minor when rate is null then 0 else round(new_agreed_minor * rate) end',
      [currency],
    );
    await this.staging.find(
      `select line, 'incomplete', 'no_rate', 'currency', new_agreed_currency, 'There is no rate of ' || new_agreed_currency || ' on or before that day; numbers that hold this sale wait for one.'
       from planned where new_agreed_currency <> $1 and rate is null and not same`,
      [currency],
    );
  }

  private async write({ mapping, requestedBy }: ImportRun): Promise<void> {
    const { tenantId, now, currency } = currentContext();
    await this.db.run(
      `update sales s set known_to = greatest($2::timestamptz, s.known_at) from planned p
       where s.tenant_id = $1 and s.known_to is null and coalesce(s.entry_id, s.id) = p.old_entry and not p.same`,
      [tenantId, now],
    );
    const told = mapping.knownAt === 'occurred_at' ? 'p.new_occurred_at' : typeof mapping.knownAt === 'object' ? 'p.known_at' : 'null::timestamptz';
    // What would have been known when the seller's gates were judged is known from now on instead (Q98).
    const known = `case when p.old_id is null and (j.known_until is null or ${told} > j.known_until) then least(${told}, $2::timestamptz) else $2::timestamptz end`;
    const foreign = 'p.new_agreed_currency <> $4';
    const part = (whole: string) => `case when p.new_ppm is null then ${whole} else (app.split_amount(${whole}, p.new_ppm))[x.place] end`;
    await this.db.run(
      `insert into sales (tenant_id, id, entry_id, version, external_id, company_id, product_id, occurred_at, known_at, day_only, backfilled, note, currency, recorded_by,
         owner_id, seller_id, position, share_ppm, amount_minor, whole_minor, given_minor, given_whole_minor, given_currency, rate, rate_on, unrated, list_id, from_list)
       select $1, case when x.place = 1 then p.row_id else uuidv7() end, coalesce(p.old_entry, case when x.place > 1 then p.row_id end), coalesce(p.old_version, 0) + 1,
         case when x.place = 1 then p.external_id end, p.new_company_id, p.new_product_id, p.new_occurred_at, ${known}, p.day_only, ${known} < $2::timestamptz, p.new_note, $4, $3,
         x.owner_id, case when p.new_ppm is not null then p.new_seller_id end, x.place, p.new_ppm[x.place], ${part('p.counted')},
         case when p.new_ppm is not null then p.counted end, case when ${foreign} then ${part('p.new_agreed_minor')} end,
         case when ${foreign} and p.new_ppm is not null then p.new_agreed_minor end, case when ${foreign} then p.new_agreed_currency end, p.rate, p.rate_on,
         ${foreign} and p.rate is null, p.new_list_id, p.new_list_id is not null
       from planned p cross join lateral unnest(coalesce(p.new_people, array[p.new_seller_id])) with ordinality as x (owner_id, place)
       left join app.judged_until($1) j on j.user_id = p.new_seller_id where not p.same order by p.new_seller_id, p.line, x.place`,
      [tenantId, now, requestedBy, currency],
    );
  }
}
