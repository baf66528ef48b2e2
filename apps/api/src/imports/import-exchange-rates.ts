import { Injectable } from '@nestjs/common';
import { Db } from '../platform/database/db.js';
import { currentContext } from '../platform/request-context.js';
import { SaleRates } from '../sources/sales/sale-rates.repository.js';
import type { ImportRun, Outcome, SourceWriter } from './import-source.js';
import { StagingRepository } from './staging.repository.js';

/** Import of exchange rates: one of each currency and day. Sales that another rate holds for from now on get a new version each (SRC-08). */
@Injectable()
export class ImportExchangeRates implements SourceWriter {
  constructor(
    private readonly db: Db,
    private readonly staging: StagingRepository,
    private readonly rates: SaleRates,
  ) {}

  async run(run: ImportRun): Promise<Outcome> {
    await this.rates.takeTurns('exclusive');
    await this.check();
    const { tenantId } = currentContext();
    await this.db.run(
      `create temp table planned on commit drop as select s.line, s.currency, s.rate_on::date as rate_on, s.rate::numeric(20, 10) as rate, r.id as old_id,
         r.rate is not distinct from s.rate::numeric(20, 10) as same
       from staged s left join exchange_rates r on r.tenant_id = $1 and r.currency = s.currency and r.rate_on = s.rate_on::date`,
      [tenantId],
    );
    const outcome = await this.db.one<Outcome & Record<string, number>>(
      `select count(*) filter (where old_id is null)::int as created, count(*) filter (where old_id is not null and not same)::int as updated,
         count(*) filter (where old_id is not null and same)::int as unchanged from planned`,
    );
    if (await run.mayWrite()) await this.write(run.requestedBy);
    return outcome;
  }

  private async check(): Promise<void> {
    const { currency, now, timeZone } = currentContext();
    await this.staging.find(
      `select line, 'error', 'own', 'currency', currency, currency || ' is what this organisation counts in; it needs no rate.' from staged where currency = $1`,
      [currency],
    );
    await this.staging.find(
      `select line, 'error', 'future', 'rate_on', rate_on, 'A rate of a day ahead is not known yet.' from staged where rate_on::date > app.day_of($1::timestamptz, $2)`,
      [now, timeZone],
    );
    await this.staging.refuseFound();
    await this.staging.find(
      `select line, 'error', 'repeated', 'rate_on', rate_on, 'Line ' || first || ' has a rate of this currency and day already.'
       from (select line, rate_on, min(line) over (partition by currency, rate_on) as first from staged) r where line <> first`,
    );
    await this.staging.refuseFound();
  }

  private async write(requestedBy: string): Promise<void> {
    const { tenantId } = currentContext();
    await this.db.run(
      `update exchange_rates r set rate = p.rate, recorded_by = $2 from planned p where r.tenant_id = $1 and r.id = p.old_id and not p.same`,
      [tenantId, requestedBy],
    );
    await this.db.run(
      `insert into exchange_rates (tenant_id, currency, rate_on, rate, recorded_by) select $1, currency, rate_on, rate, $2 from planned where old_id is null
       order by currency, rate_on`,
      [tenantId, requestedBy],
    );
    const changed = await this.db.many<{ currency: string }>(
      'select distinct currency from planned where old_id is null or not same order by currency',
    );
    await this.rates.recount(
      changed.map((row) => row.currency),
      null,
      requestedBy,
    );
  }
}
