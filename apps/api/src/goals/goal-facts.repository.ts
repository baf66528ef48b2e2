import { Injectable } from '@nestjs/common';
import type { Day } from '@waymark/kernel';
import { Db } from '../platform/database/db.js';
import { currentContext } from '../platform/request-context.js';
import type { PieceSum, Reading } from './day-ranges.js';

/** A computed value on its way into the row and the history. */
export interface ComputedGoal {
  id: string;
  value_num: string | null;
  value_den: string | null;
  value_reason: string | null;
  progress_bp: string | null;
  expected_bp: string | null;
  status: string | null;
  status_reason: string | null;
}

/** Goals on one metric in one period. */
export interface GoalGroup {
  metric: string;
  starts_on: Day;
  ends_on: Day;
  time_zone: string;
  goals: GroupedGoal[];
}

/** What is a goal's own: its scale in steps of the unit, and whose it is. */
export interface GroupedGoal {
  id: string;
  baseline: string;
  target: string;
  stretch: string | null;
  ownerUserId: string | null;
  ownerTeamId: string | null;
}

/** Who belonged to a team or one below it, by days: from the first on, up to but without the last. */
export interface Membership {
  team_id: string;
  user_id: string;
  from_on: Day;
  until_on: Day | null;
}

/** What a recalculation reads, and writes: sets, never one goal (MET-06). */
@Injectable()
export class GoalFactsRepository {
  constructor(private readonly db: Db) {}

  /**
   * Active goals whose period is open (not locked), or of locked ones: all, or those with these ids. What the goals of a period share comes once, and of the
   * goals of a group each column as one text: for 10,000 goals the driver takes three times as long over rows.
   */
  async goals(ids: readonly string[] | null, periods: 'open' | 'locked'): Promise<GoalGroup[]> {
    const rows = await this.db.many<Omit<GoalGroup, 'goals'> & Record<(typeof goalColumns)[number], string>>(
      `select g.metric, p.starts_on, p.ends_on, p.time_zone, string_agg(g.id::text, ',') as id, string_agg(g.baseline::text, ',') as baseline,
         string_agg(g.target::text, ',') as target, string_agg(coalesce(g.stretch::text, ''), ',') as stretch,
         string_agg(coalesce(g.owner_user_id::text, ''), ',') as "ownerUserId", string_agg(coalesce(g.owner_team_id::text, ''), ',') as "ownerTeamId"
       from goals g join goal_periods p on p.tenant_id = $1 and p.id = g.period_id
       where g.tenant_id = $1 and ($2::uuid[] is null or g.id = any($2)) and (p.locked_at is not null) = $3 and p.state <> 'planning' and g.state = 'active'
       group by g.metric, p.tenant_id, p.id`,
      [currentContext().tenantId, ids, periods === 'locked'],
    );
    return rows.map(({ metric, starts_on, ends_on, time_zone, ...columns }) => {
      const [id, baseline, target, stretch, person, team] = goalColumns.map((column) => columns[column].split(',')) as [string[], ...string[][]];
      const goals = id.map((one, n) => ({
        id: one,
        baseline: baseline?.[n] as string,
        target: target?.[n] as string,
        stretch: stretch?.[n] || null,
        ownerUserId: person?.[n] || null,
        ownerTeamId: team?.[n] || null,
      }));
      return { metric, starts_on, ends_on, time_zone, goals };
    });
  }

  /** Who belonged to these teams or to one below them, and when. */
  async members(teamIds: readonly string[]): Promise<Membership[]> {
    if (teamIds.length === 0) return [];
    return this.db.many<Membership & Record<string, unknown>>(
      `with recursive below as (select id as root, id from teams where tenant_id = $1 and id = any($2)
         union select b.root, t.id from teams t join below b on t.parent_id = b.id where t.tenant_id = $1)
       select b.root as team_id, m.user_id, m.from_on, m.until_on from below b join team_memberships m on m.tenant_id = $1 and m.team_id = b.id and m.role = 'member'`,
      [currentContext().tenantId, teamIds],
    );
  }

  /**
   * The sums of the pieces of these readings: one statement, and for each reading one index-only range of the primary key. Its order is asked for, since that
   * index alone has it: the other one over these columns would look as good where the statistics of the database do not know the organisation. The person stands
   * in an array because the order would mean nothing beside an equality.
   */
  async sums(readings: readonly Reading[]): Promise<PieceSum[]> {
    if (readings.length === 0) return [];
    const rows = await this.db.many<{ n: number; piece: number; sum: string }>(
      `select x.n::int as n, v.piece, v.sum
       from (select n, measure, owner_id, from_on, limits::date[] as limits
         from unnest($2::text[], $3::uuid[], $4::date[], $5::text[]) with ordinality as r (measure, owner_id, from_on, limits, n) offset 0) x
       cross join lateral (select width_bucket(d.on_day, x.limits) as piece, sum(d.sum) as sum
         from (select d.on_day, d.sum from daily_measures d where d.tenant_id = $1 and d.measure = x.measure and d.owner_id = any(array[x.owner_id])
             and d.on_day >= x.from_on and d.on_day < x.limits[cardinality(x.limits)] order by d.owner_id, d.on_day offset 0) d group by 1) v`,
      [
        currentContext().tenantId,
        readings.map(({ measure }) => measure),
        readings.map(({ ownerId }) => ownerId),
        readings.map(({ from }) => from ?? '-infinity'),
        readings.map(({ limits }) => `{${limits.join()}}`),
      ],
    );
    return rows.map(({ n, piece, sum }) => ({ reading: n - 1, piece, sum: BigInt(sum) }));
  }

  /** Stores values and appends history for what changed: one statement. Answers the ids of the goals that changed. */
  async store(computed: readonly ComputedGoal[], now: Date): Promise<string[]> {
    const rows = await this.db.many<{ id: string }>(
      `with c as (select * from unnest($2::uuid[], $3::bigint[], $4::bigint[], $5::text[], $6::bigint[], $7::bigint[], $8::text[], $9::text[])
         as x (id, value_num, value_den, value_reason, progress_bp, expected_bp, status, status_reason)),
       changed as (update goals g set value_num = c.value_num, value_den = c.value_den, value_reason = c.value_reason, progress_bp = c.progress_bp, expected_bp = c.expected_bp,
           status = c.status, status_reason = c.status_reason, computed_at = $10
         from c where g.tenant_id = $1 and g.id = c.id
           and (g.value_num, g.value_den, g.value_reason, g.progress_bp, g.expected_bp, g.status, g.status_reason, g.computed_at is null)
             is distinct from (c.value_num, c.value_den, c.value_reason, c.progress_bp, c.expected_bp, c.status, c.status_reason, false)
         returning g.id, g.target, g.value_num, g.value_den, g.value_reason, g.progress_bp, g.expected_bp, g.status, g.status_reason),
       kept as (insert into goal_history (tenant_id, goal_id, recorded_at, value_num, value_den, value_reason, target, progress_bp, expected_bp, status, status_reason)
         select $1, id, $10, value_num, value_den, value_reason, target, progress_bp, expected_bp, status, status_reason from changed)
       select id from changed`,
      [currentContext().tenantId, ...storedColumns.map((column) => arrayOf(computed.map((goal) => goal[column]))), now],
    );
    return rows.map((row) => row.id);
  }
}

const goalColumns = ['id', 'baseline', 'target', 'stretch', 'ownerUserId', 'ownerTeamId'] as const;

const storedColumns = [
  'id',
  'value_num',
  'value_den',
  'value_reason',
  'progress_bp',
  'expected_bp',
  'status',
  'status_reason',
] as const satisfies readonly (keyof ComputedGoal)[];

/** An array as PostgreSQL reads it, of ids, integers and words of the vocabulary: none of them needs quotes. */
const arrayOf = (values: readonly (string | null)[]) => `{${values.map((value) => value ?? 'NULL').join()}}`;
