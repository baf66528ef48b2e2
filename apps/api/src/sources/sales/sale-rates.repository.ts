import { Injectable } from '@nestjs/common';
import { limits } from '@waymark/contracts';
import { type Day, DomainError } from '@waymark/kernel';
import { Db } from '../../platform/database/db.js';
import { currentContext } from '../../platform/request-context.js';
import type { Rating } from './sale-rows.js';

/** The rate `r` that holds for a row `s`, and which rows of the currencies `$2` from `$3` on have another one. `$4` is the zone. */
const rated = `left join lateral (select e.rate, e.rate_on from exchange_rates e where e.tenant_id = $1 and e.currency = s.given_currency
    and e.rate_on <= app.day_of(s.occurred_at, $4) order by e.rate_on desc limit 1) r on true
  where s.tenant_id = $1 and s.known_to is null and s.given_currency = any($2::text[]) and ($3::timestamptz is null or s.occurred_at >= $3)
    and (s.rate, s.rate_on) is distinct from (r.rate, r.rate_on)`;

/** Sales whose rate is not the one that holds now, each with that rate and what is counted by it. */
const outdated = `select s.id, coalesce(s.entry_id, s.id) as entry, r.rate, r.rate_on, round(coalesce(s.given_whole_minor, s.given_minor) * r.rate) as counted
  from sales s ${rated} and s.position = 1`;
/** The same of the states of deals. */
const outdatedStates = `select s.id, r.rate, r.rate_on, round(s.given_minor * r.rate) as counted from pipeline_events s ${rated}`;

/** Sales and deals, and the rates that count them. */
@Injectable()
export class SaleRates {
  constructor(private readonly db: Db) {}

  /** A sale and a rate take turns, so that no sale stays without a rate that is there; sales among themselves do not. */
  async takeTurns(how: 'shared' | 'exclusive'): Promise<void> {
    const { tenantId } = currentContext();
    await this.db.run(`select pg_advisory_xact_lock${how === 'shared' ? '_shared' : ''}(hashtextextended('rates ' || $1, 0))`, [tenantId]);
  }

  /** The last rate on or before the day. */
  rating(currency: string, day: Day): Promise<Rating | null> {
    return this.db.maybe<Rating & Record<string, unknown>>(
      `select trim_scale(rate)::text as rate, rate_on as "on" from exchange_rates where tenant_id = $1 and currency = $2 and rate_on <= $3
       order by rate_on desc limit 1`,
      [currentContext().tenantId, currency, day],
    );
  }

  /** One statement writes thousands of rows, so it may take longer than those of other requests. */
  async waitLonger(): Promise<void> {
    this.db.waitUpTo(40_000);
    await this.db.run('set local statement_timeout = 30000');
  }

  /**
   * Sales and states of deals that another rate holds for now get a new version each, however many there are in the same few statements (SRC-08). `from` null: of any day; `by` recorded the rate.
   * Throws `unprocessable` when an amount grows beyond what is stored.
   */
  async recount(currencies: readonly string[], from: Date | null, by: string | null): Promise<void> {
    const { tenantId, timeZone, now } = currentContext();
    if (currencies.length === 0) return;
    const params = [tenantId, currencies, from, timeZone];
    const beyond = await this.db.maybe<{ rate: string }>(
      `select trim_scale(rate)::text as rate from (select rate, counted from (${outdated}) a union all select rate, counted from (${outdatedStates}) b) o where abs(counted) > $5 limit 1`,
      [...params, limits.amountMinor],
    );
    if (beyond) throw new DomainError('unprocessable', `At the rate ${beyond.rate} an amount grows beyond what can be stored.`);
    await this.db.run(
      `with o as materialized (${outdated}),
         parts as (select * from o union all select x.id, o.entry, o.rate, o.rate_on, o.counted from o
           join sales x on x.tenant_id = $1 and x.entry_id = o.entry and x.known_to is null and x.position > 1),
         closed as (update sales s set known_to = greatest($5::timestamptz, s.known_at) from parts o where s.tenant_id = $1 and s.id = o.id
           returning s.*, o.entry, o.rate as rate_now, o.rate_on as rate_on_now, coalesce(o.counted, 0)::bigint as counted)
       insert into sales (tenant_id, entry_id, version, external_id, item_id, company_id, product_id, occurred_at, known_at, day_only, note, currency, recorded_by,
         owner_id, seller_id, position, share_ppm, amount_minor, whole_minor, given_minor, given_whole_minor, given_currency, rate, rate_on, unrated, list_id, from_list)
       select c.tenant_id, c.entry, c.version + 1, c.external_id, c.item_id, c.company_id, c.product_id, c.occurred_at, $5, c.day_only, c.note, c.currency, $6,
         c.owner_id, c.seller_id, c.position, c.share_ppm, case when c.share_ppm is null then c.counted else (app.split_amount(c.counted, c.shares))[c.position] end,
         case when c.share_ppm is not null then c.counted end, c.given_minor, c.given_whole_minor, c.given_currency, c.rate_now, c.rate_on_now, c.rate_now is null,
         c.list_id, c.from_list
       from (select closed.*, array_agg(share_ppm) over (partition by entry order by position rows between unbounded preceding and unbounded following) as shares
         from closed) c`,
      [...params, now, by],
    );
    await this.recountDeals([...params, now, by]);
  }

  /** What follows from the order of an item's states stays as it was: no rate changes when they happened. */
  private async recountDeals(params: unknown[]): Promise<void> {
    await this.db.run(
      `with o as materialized (${outdatedStates}),
         closed as (update pipeline_events e set known_to = greatest($5::timestamptz, e.known_at) from o where e.tenant_id = $1 and e.id = o.id
           returning e.*, o.rate as rate_now, o.rate_on as rate_on_now, coalesce(o.counted, 0)::bigint as counted),
         made as (insert into pipeline_events (tenant_id, item_id, external_key, sequence, occurred_at, known_at, undated, day_only, backfilled, stage_id, kind, qualified,
             owner_id, company_id, value_minor, currency, expected_close_on, category, entered, ended_at, step, agreement, partner, recorded_by,
             given_minor, given_currency, rate, rate_on, unrated)
           select c.tenant_id, c.item_id, c.external_key, c.sequence, c.occurred_at, $5, c.undated, c.day_only, false, c.stage_id, c.kind, c.qualified,
             c.owner_id, c.company_id, c.counted, c.currency, c.expected_close_on, c.category, c.entered, c.ended_at, c.step, c.agreement, c.partner, $6,
             c.given_minor, c.given_currency, c.rate_now, c.rate_on_now, c.rate_now is null and c.given_minor > 0
           from closed c returning *)
       update pipeline_items i set value_minor = m.value_minor, rate = m.rate, rate_on = m.rate_on, unrated = m.unrated
       from made m where i.tenant_id = $1 and i.id = m.item_id and m.ended_at is null`,
      params,
    );
  }
}
