import type { INestApplicationContext } from '@nestjs/common';
import type { PolicyDefinition } from '@waymark/gates';
import type { TestDatabase } from '@waymark/testing';
import { asAdmin } from '../demo-organisation.js';
import { GoalsService } from '../goals/goals.service.js';
import { PeriodsService } from '../goals/periods.service.js';
import { Recomputation } from '../metrics/recomputation.service.js';
import { createOrganisation } from '../organisation.js';
import { UnitOfWork } from '../platform/database/unit-of-work.js';
import { JobRegistry } from '../platform/jobs/job-registry.js';
import { PoliciesService } from './policies.service.js';

/**
 * A small organisation for specs: March 2026 (31 days) with a revenue target of 1,000.00 each. Gates in calendar days: at 25 % (8 March: 31 / 4 =
 * 7.75) 10 deals of which 8 are enough, warning; at 50 % (16 March: 15.5) open value of 3,000.00, block; at 100 % (31 March) the target, hold.
 */
export const smallPolicy: PolicyDefinition = {
  goalMetric: 'revenue',
  mode: 'calendar',
  minDaysInRole: 30,
  acceptedPercent: 100,
  steps: [
    {
      name: 'Activity gate',
      at: { sharePercent: 25 },
      settle: { hours: 4 },
      join: 'all',
      conditions: [{ type: 'activity_target', params: { metric: 'deals_created', target: '10', percent: '80' } }],
      consequences: ['warning'],
      graceDays: 0,
    },
    {
      name: 'Pipeline gate',
      at: { sharePercent: 50 },
      settle: { hours: 4 },
      join: 'all',
      conditions: [{ type: 'pipeline_coverage', params: { factor: '3', of: 'target', expectedClose: 'in_period_or_unknown', staleDays: null } }],
      consequences: ['action_block'],
      graceDays: 0,
    },
    {
      name: 'Revenue gate',
      at: { sharePercent: 100 },
      settle: { workingDays: 3 },
      join: 'all',
      conditions: [{ type: 'target_reached', params: { percent: '100' } }],
      consequences: ['commission_hold'],
      graceDays: 0,
    },
  ],
};

/** With other consequences, settle or grace for one step (1 to 3), or without some of the steps. */
export function withStep(order: number, change: object): PolicyDefinition {
  return { ...smallPolicy, steps: smallPolicy.steps.map((step, n) => (n + 1 === order ? { ...step, ...change } : step)) };
}

export interface DealFacts {
  at: string;
  /** In whole units of money. */
  value?: number;
  qualified?: boolean;
  knownAt?: string;
  closesOn?: string | null;
  kind?: 'lead' | 'deal';
}

/** An organisation whose clock the spec moves. */
export class GateWorld {
  readonly people = new Map<string, string>();
  periodId = '';
  tenantId = '';
  adminId = '';
  versionId = '';
  policyId = '';
  private deals = 0;

  constructor(
    private readonly database: TestDatabase,
    private readonly app: INestApplicationContext,
    readonly slug: string,
  ) {}

  /** Opens on 20 February 2026 with Lea leading West, below a root team led by Max, and the given members of West. */
  async open(members: string[], policy: PolicyDefinition | null = smallPolicy): Promise<this> {
    const admin = { name: 'Ada Admin', email: `ada@${this.slug}.example`, password: 'long enough word' };
    const made = await createOrganisation(this.database.adminUrl, {
      slug: this.slug,
      name: this.slug,
      zone: 'UTC',
      demo: true,
      admin,
      now: new Date('2026-02-20T09:00:00Z'),
    });
    this.tenantId = made.tenantId;
    this.adminId = made.adminId;
    for (const [name, role] of [['Max', 'leader'], ['Lea', 'leader'], ...members.map((member) => [member, 'member'])] as [string, string][])
      await this.addPerson(name, role);
    const root = await this.row<{ id: string }>(`insert into teams (tenant_id, name) values ($1, 'Sales') returning id`, []);
    const west = await this.row<{ id: string }>(`insert into teams (tenant_id, name, parent_id) values ($1, 'West', $2) returning id`, [root.id]);
    const member = (team: string, name: string, role: string) =>
      this.sql(`insert into team_memberships (tenant_id, team_id, user_id, role, from_on) values ($1, $2, $3, $4, '2026-01-01')`, [
        team,
        this.person(name),
        role,
      ]);
    await member(root.id, 'Max', 'leader');
    await member(west.id, 'Lea', 'leader');
    for (const name of members) await member(west.id, name, 'member');
    await this.asAdmin(async () => {
      const periods = this.app.get(PeriodsService);
      this.periodId = (await periods.create({ name: 'March', kind: 'monthly', startsOn: '2026-03-01', endsOn: '2026-03-31' })).id;
      await periods.change(this.periodId, { state: 'active' });
    });
    for (const name of members) await this.addGoal(name);
    if (policy) await this.publish(policy);
    return this;
  }

  /** Publishes as history, on the day the organisation opened. */
  async publish(policy: PolicyDefinition, name = 'Small', publishedAt = '2026-02-20T09:00:00Z'): Promise<void> {
    await this.asAdmin(async () => {
      const policies = this.app.get(PoliciesService);
      const made = await policies.create(name, policy);
      this.policyId = made.id;
      this.versionId = made.versions[0]?.id as string;
      await policies.publish(made.id, this.versionId, publishedAt);
    });
  }

  async addGoal(name: string, target = '1000.00'): Promise<string> {
    const goal = { name: 'Revenue', periodId: this.periodId, metric: 'revenue', target, userId: this.person(name) };
    return this.asAdmin(async () => (await this.app.get(GoalsService).create(goal)).id);
  }

  async addPerson(name: string, role: string): Promise<void> {
    const { id } = await this.row<{ id: string }>('insert into users (tenant_id, external_id, name) values ($1, $2, $2) returning id', [name]);
    await this.sql('insert into user_roles (tenant_id, user_id, role) values ($1, $2, $3)', [id, role]);
    this.people.set(name, id);
  }

  person(name: string): string {
    const id = name === 'Ada Admin' ? this.adminId : this.people.get(name);
    if (!id) throw new Error(`nobody is called ${name}`);
    return id;
  }

  /** Moves the organisation's clock; only a spec can. */
  async clock(at: string): Promise<void> {
    await this.sql(`update tenants set clock_offset_ms = (extract(epoch from now() - $2::timestamptz) * 1000)::bigint where id = $1`, [at]);
  }

  /** Records deals as the product does: an item and its first event. */
  async addDeals(name: string, count: number, facts: DealFacts): Promise<string[]> {
    const ids: string[] = [];
    const { at, value = 0, qualified = false, knownAt = at, closesOn = null, kind = 'deal' } = facts;
    for (let n = 0; n < count; n++) {
      const stage = `(select id from pipeline_stages where tenant_id = $1 and key = '${kind === 'lead' ? 'lead' : qualified ? 'engaging' : 'prospecting'}')`;
      const item = await this.row<{ id: string }>(
        `insert into pipeline_items (tenant_id, name, stage_id, kind, qualified, owner_id, value_minor, currency, expected_close_on, changed_at, created_at)
         values ($1, $2, ${stage}, '${kind}', $3, $4, $5, 'USD', $6, $7, $7) returning id`,
        [`Deal ${++this.deals}`, qualified, this.person(name), value * 100, closesOn, at],
      );
      await this.sql(
        `insert into pipeline_events (tenant_id, item_id, sequence, occurred_at, known_at, stage_id, kind, qualified, owner_id, value_minor, currency, expected_close_on, entered)
         values ($1, $2, 1, $3, $4, ${stage}, '${kind}', $5, $6, $7, 'USD', $8, '${kind}')`,
        [item.id, at, knownAt, qualified, this.person(name), value * 100, closesOn],
      );
      ids.push(item.id);
    }
    return ids;
  }

  async addSale(name: string, at: string, amount: number, knownAt = at): Promise<void> {
    await this.sql(`insert into sales (tenant_id, owner_id, occurred_at, known_at, amount_minor, currency) values ($1, $2, $3, $4, $5, 'USD')`, [
      this.person(name),
      at,
      knownAt,
      amount * 100,
    ]);
  }

  /** What the worker does after facts changed. */
  drain(): Promise<number> {
    return this.app.get(Recomputation).drain(this.tenantId);
  }

  /** The daily round, as the worker runs it. */
  async daily(): Promise<void> {
    const slot = { id: '0', job: 'gates-daily', tenantId: this.tenantId, scheduledFor: new Date(), subjectId: null, attempts: 0 };
    await this.app
      .get(UnitOfWork)
      .run({ tenantId: this.tenantId, separate: true }, async () => this.app.get(JobRegistry).get('gates-daily')?.run(slot));
  }

  asAdmin<T>(work: () => Promise<T>): Promise<T> {
    return asAdmin(this.app, this.tenantId, this.adminId, work);
  }

  /** States of a person's gates in their order. */
  async gates(name: string): Promise<string[]> {
    return (
      await this.sql<{ state: string }>('select state from gates where tenant_id = $1 and user_id = $2 order by step_order', [this.person(name)])
    ).map((row) => row.state);
  }

  /** "kind state" of everything that ever restricted a person. */
  async restrictions(name: string): Promise<string[]> {
    const rows = await this.sql<{ text: string }>(
      `select kind || ' ' || state as text from restrictions where tenant_id = $1 and user_id = $2 order by kind`,
      [this.person(name)],
    );
    return rows.map((row) => row.text);
  }

  async inbox(name: string): Promise<string[]> {
    const rows = await this.sql<{ sentence: string }>('select sentence from notifications where tenant_id = $1 and user_id = $2 order by id', [
      this.person(name),
    ]);
    return rows.map((row) => row.sentence);
  }

  async sql<R extends object>(text: string, params: unknown[] = []): Promise<R[]> {
    return (await this.database.admin.query<R & Record<string, unknown>>(text, [this.tenantId, ...params])).rows;
  }

  async row<R extends object>(text: string, params: unknown[]): Promise<R> {
    return (await this.sql<R>(text, params))[0] as R;
  }
}
