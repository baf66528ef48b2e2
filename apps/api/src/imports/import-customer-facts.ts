import { Injectable } from '@nestjs/common';
import type { ImportMapping } from '@waymark/contracts';
import { Db } from '../platform/database/db.js';
import { currentContext } from '../platform/request-context.js';
import { limitOf, manyRows } from './import-pipeline.js';
import { type Outcome, ImportSources } from './import-sources.js';
import { StagingRepository } from './staging.repository.js';

export type CustomerSource = 'arr_movements' | 'renewals' | 'survey_responses';

/** How a staged row `s` (beside the organisation `n` and the present version `f`) becomes a row of its table. */
interface Plan {
  columns: Record<string, string>;
  /** Field and instant at which the row happened: a row from later than now is held. */
  happened: { field: string; at: string };
  /** A row that contradicts itself: condition, field and sentence. */
  wrong: { when: string; field: string; message: string };
}

const decided = `case when s.outcome <> 'open' then coalesce(s.decided_at::timestamptz, f.decided_at, least(s.due_on::timestamp at time zone n.time_zone, $2::timestamptz)) end`;
const company = { company_id: 's.company_id', owner_id: 's.owner_id' };

const plans: Record<CustomerSource, Plan> = {
  arr_movements: {
    columns: {
      ...company,
      occurred_at: 's.occurred_at::timestamptz',
      kind: 's.kind',
      amount_minor: `coalesce(s.amount, '0')::bigint`,
      currency: 'n.currency',
    },
    happened: { field: 'occurredAt', at: 'occurred_at' },
    wrong: {
      when: `not case when kind in ('contraction', 'churn') then coalesce(amount, '0')::bigint < 0 when kind = 'handover' then coalesce(amount, '0')::bigint = 0
        else coalesce(amount, '0')::bigint > 0 end`,
      field: 'amount',
      message: 'The amount is negative for contraction and churn, 0 for a handover, else positive.',
    },
  },
  renewals: {
    columns: {
      ...company,
      due_on: 's.due_on::date',
      due_at: 's.due_on::timestamp at time zone n.time_zone',
      outcome: 's.outcome',
      decided_at: decided,
      amount_minor: 's.amount::bigint',
      currency: 'n.currency',
    },
    happened: { field: 'decidedAt', at: 'decided_at' },
    wrong: {
      when: `outcome = 'open' and decided_at is not null or amount::bigint < 0`,
      field: 'outcome',
      message: 'An open renewal is not decided yet, and an amount is not negative.',
    },
  },
  survey_responses: {
    columns: { ...company, kind: 's.kind', score: 's.score::smallint', contact: 'lower(s.contact)', answered_at: 's.answered_at::timestamptz' },
    happened: { field: 'answeredAt', at: 'answered_at' },
    wrong: { when: 'false', field: 'score', message: '' },
  },
};

/** Import of facts about customers: one version row per fact; a correction closes the old version and keeps its id. */
@Injectable()
export class ImportCustomerFacts {
  constructor(
    private readonly db: Db,
    private readonly staging: StagingRepository,
    private readonly sources: ImportSources,
  ) {}

  async run(source: CustomerSource, mapping: ImportMapping, requestedBy: string, dryRun: boolean): Promise<Outcome> {
    const plan = plans[source];
    await this.sources.refuseRepeats('external_id');
    await this.sources.lookUpUsers('owner');
    await this.sources.lookUp('company', 'companies', 'unknown_company', 'There is no company');
    await this.check(plan, mapping);
    await this.plan(source, plan);
    const outcome = await this.db.one<{ created: number; updated: number; unchanged: number }>(
      `select count(*) filter (where old_id is null)::int as created, count(*) filter (where old_id is not null and not same)::int as updated,
         count(*) filter (where old_id is not null and same)::int as unchanged from planned`,
    );
    const written = outcome.created + outcome.updated;
    if (dryRun || written === 0) return outcome;
    await this.write(source, plan, mapping, requestedBy);
    if (written >= manyRows) await this.staging.refreshStatistics(source);
    return outcome;
  }

  private async check({ happened, wrong }: Plan, mapping: ImportMapping): Promise<void> {
    await this.staging.find(
      `select line, 'held', 'held_future', '${happened.field}', ${happened.at}, 'Later than ' || $2 || ': held until then.'
         from staged where ${happened.at}::timestamptz >= $1::timestamptz
       union all select line, 'error', 'contradiction', '${wrong.field}', null, '${wrong.message}' from staged where ${wrong.when}`,
      [limitOf(mapping), mapping.until ?? 'now'],
    );
    await this.staging.refuseFound();
  }

  private async plan(source: CustomerSource, { columns }: Plan): Promise<void> {
    const names = Object.keys(columns);
    const made = names.map((name) => `${columns[name]} as new_${name}, f.${name} as old_${name}`).join(', ');
    const all = (age: string) => names.map((name) => `v.${age}_${name}`).join(', ');
    const { tenantId, now } = currentContext();
    await this.db.run(
      `create temp table planned on commit drop as select v.*, v.old_id is not null and (${all('old')}) is not distinct from (${all('new')}) as same
       from (select s.line, s.external_id, s.day_only, s.known_at, f.id as old_id, f.version as old_version, ${made} from staged s join tenants n on n.id = $1
         left join ${source} f on f.tenant_id = $1 and f.external_id = s.external_id and f.known_to is null where $2::timestamptz is not null) v`,
      [tenantId, now],
    );
  }

  private async write(source: CustomerSource, { columns, happened }: Plan, mapping: ImportMapping, requestedBy: string): Promise<void> {
    const { tenantId, now } = currentContext();
    await this.db.run(
      `update ${source} f set known_to = greatest($2::timestamptz, f.known_at) from planned s where f.tenant_id = $1 and f.id = s.old_id and f.known_to is null and not s.same`,
      [tenantId, now],
    );
    const told = mapping.knownAt === 'occurred_at' ? `s.new_${happened.at}` : typeof mapping.knownAt === 'object' ? 's.known_at' : 'null';
    const known = `case when s.old_id is null then least(${told}, $2::timestamptz) else $2::timestamptz end`;
    const names = Object.keys(columns);
    await this.db.run(
      `insert into ${source} (tenant_id, id, version, external_id, known_at, day_only, backfilled, recorded_by, ${names.join(', ')})
       select $1, coalesce(s.old_id, uuidv7()), coalesce(s.old_version, 0) + 1, s.external_id, ${known}, s.day_only, ${known} < $2::timestamptz, $3,
         ${names.map((name) => `s.new_${name}`).join(', ')} from planned s where not s.same order by s.line`,
      [tenantId, now, requestedBy],
    );
  }
}
