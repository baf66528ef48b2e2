import { Injectable } from '@nestjs/common';
import type { ChangeKind, Named } from '@waymark/contracts';
import { asKnownParameters, type Member, presentParameters, type ReceiptPart } from '@waymark/metrics';
import { Db } from '../platform/database/db.js';
import { currentContext } from '../platform/request-context.js';

/** What is asked: whose facts, which window, as known at which instant (null: as they stand), and whose rows the reader may see (null: all). */
export interface Asked {
  members: readonly Member[];
  window: { from: Date; to: Date };
  asOf: Date | null;
  visible: string[] | null;
  /** Parameters of the fiscal quarters of a due list; of other parts there are none. */
  quarters: unknown[];
}

/** The earlier instant of a comparison, with the quarters of a due list as they were then. */
export interface Since {
  at: Date;
  quarters: unknown[];
}

/** Rows of one reason, seen or not. Amounts are in steps of the part. */
export interface CandidateGroup {
  reason: string | null;
  visible: boolean;
  rows: number;
  amount: bigint;
}

export interface RecordFilter {
  /** Null: rows that count and rows that are left out. */
  counted: boolean | null;
  reason: string | null;
  after: { at: string; thing: string } | null;
  limit: number;
}

export interface RecordRow {
  thing: string;
  link: string;
  at: Date;
  amount: string;
  reason: string | null;
  owner: Named;
  item_name: string | null;
  company_name: string | null;
  word: string | null;
}

export interface ChangeGroup {
  change: ChangeKind;
  reason: string;
  visible: boolean;
  rows: number;
  amount: bigint;
}

export interface ChangeRow extends Omit<RecordRow, 'amount' | 'reason'> {
  change: ChangeKind;
  reason: string;
  before: string;
  after: string;
}

type Row<T> = T & Record<string, unknown>;

const named = `json_build_object('id', u.id, 'name', u.name) as owner, i.name as item_name, k.name as company_name`;
const names = `join users u on u.tenant_id = $1 and u.id = c.owner_id left join pipeline_items i on i.tenant_id = $1 and i.id = c.item_id
  left join companies k on k.tenant_id = $1 and k.id = c.company_id`;

/** The rows behind a number. The metrics' compiler says which; here they are summed, paged and named. */
@Injectable()
export class ReceiptsRepository {
  constructor(private readonly db: Db) {}

  /** Candidates by reason, those that the reader may see apart. */
  async groups(part: ReceiptPart, asked: Asked): Promise<CandidateGroup[]> {
    const { text, params } = candidates(part, asked);
    const visible = `$${params.length + 1}::uuid[]`;
    const rows = await this.db.many<{ reason: string | null; visible: boolean; rows: number; amount: string }>(
      `select c.reason, (${visible} is null or c.owner_id = any(${visible})) as visible, count(*)::int as rows, sum(c.amount)::text as amount from (${text}) c
       group by 1, 2 order by 3 desc, 1`,
      [...params, asked.visible],
    );
    return rows.map((row) => ({ ...row, amount: BigInt(row.amount) }));
  }

  /** A page of the rows that the reader may see, the latest first. */
  records(part: ReceiptPart, asked: Asked, filter: RecordFilter): Promise<RecordRow[]> {
    const { text, params } = candidates(part, asked);
    const [visible, counted, reason, at, thing, limit] = [1, 2, 3, 4, 5, 6].map((n) => `$${params.length + n}`);
    return this.db.many<Row<RecordRow>>(
      `select c.thing, c.link, c.at, c.amount::text as amount, c.reason, c.word, ${named} from (select * from (${text}) r
         where (${visible}::uuid[] is null or r.owner_id = any(${visible})) and (${counted}::boolean is null or (r.reason is null) = ${counted})
           and (${reason}::text is null or r.reason = ${reason}) and (${at}::timestamptz is null or (r.at, r.thing) < (${at}, ${thing}::text))
         order by r.at desc, r.thing desc limit ${limit}) c ${names} order by c.at desc, c.thing desc`,
      [...params, asked.visible, filter.counted, filter.reason, filter.after?.at ?? null, filter.after?.thing ?? null, filter.limit],
    );
  }

  /** What became of the rows between two instants of knowledge, summed by what and why. */
  async changeGroups(part: ReceiptPart, asked: Asked, since: Since): Promise<ChangeGroup[]> {
    const { text, params } = changes(part, asked, since);
    const rows = await this.db.many<{ change: ChangeKind; reason: string; visible: boolean; rows: number; amount: string }>(
      `${text} select change, reason, visible, count(*)::int as rows, sum(after - before)::text as amount from change group by 1, 2, 3 order by 4 desc, 1, 2`,
      params,
    );
    return rows.map((row) => ({ ...row, amount: BigInt(row.amount) }));
  }

  /** A page of the rows that changed and that the reader may see, the latest first. */
  changes(part: ReceiptPart, asked: Asked, since: Since, page: Pick<RecordFilter, 'after' | 'limit'>): Promise<ChangeRow[]> {
    const { text, params } = changes(part, asked, since);
    const [at, thing, limit] = [1, 2, 3].map((n) => `$${params.length + n}`);
    return this.db.many<Row<ChangeRow>>(
      `${text} select c.thing, c.link, c.at, c.before::text as before, c.after::text as after, c.change, c.reason, c.word, ${named}
         from (select * from change r where r.visible and (${at}::timestamptz is null or (r.at, r.thing) < (${at}, ${thing}::text))
           order by r.at desc, r.thing desc limit ${limit}) c ${names} order by c.at desc, c.thing desc`,
      [...params, page.after?.at ?? null, page.after?.thing ?? null, page.limit],
    );
  }

  async teamName(teamId: string): Promise<string | null> {
    const row = await this.db.maybe<{ name: string }>('select name from teams where tenant_id = $1 and id = $2', [currentContext().tenantId, teamId]);
    return row?.name ?? null;
  }

  async personName(userId: string): Promise<string | null> {
    const row = await this.db.maybe<{ name: string }>('select name from users where tenant_id = $1 and id = $2', [currentContext().tenantId, userId]);
    return row?.name ?? null;
  }
}

/** $1 to $7: the organisation, the members, the window. */
function scopeParams({ members, window }: Asked): unknown[] {
  const text = (instant: Date | null) => instant?.toISOString() ?? null;
  return [
    currentContext().tenantId,
    members.map(() => 'asked'),
    members.map((member) => member.ownerId),
    members.map((member) => text(member.from)),
    members.map((member) => text(member.to)),
    window.from,
    window.to,
  ];
}

function candidates(part: ReceiptPart, asked: Asked): { text: string; params: unknown[] } {
  const { text, constants } = part.compile(asked.asOf ? asKnownParameters : presentParameters);
  return { text, params: [...scopeParams(asked), ...(asked.asOf ? [asked.asOf] : []), ...asked.quarters, ...constants] };
}

/**
 * The table `change`: every thing that counted at one of the instants $8 and $9 and is not the same at the other. $10: whose rows may be seen; what
 * changed hands is seen by who may see both.
 */
function changes(part: ReceiptPart, asked: Asked, since: Since): { text: string; params: unknown[] } {
  const given = 10;
  const then = part.compile({ known: '$8', given }, true);
  const now = part.compile({ known: '$9', given: given + since.quarters.length + then.constants.length }, true);
  const seen = (owner: string) => `(${owner} is null or $10::uuid[] is null or ${owner} = any($10))`;
  return {
    text: `with b as (${then.text}), a as (${now.text}), pair as (
        select coalesce(a.thing, b.thing) as thing, coalesce(a.link, b.link) as link, coalesce(a.owner_id, b.owner_id) as owner_id, coalesce(a.at, b.at) as at,
          coalesce(a.item_id, b.item_id) as item_id, coalesce(a.company_id, b.company_id) as company_id, coalesce(a.word, b.word) as word,
          b.thing is not null and b.reason is null as counted_then, a.thing is not null and a.reason is null as counted_now, b.reason as reason_then, a.reason as reason_now,
          coalesce(b.amount, 0) as amount_then, coalesce(a.amount, 0) as amount_now, a.version is distinct from b.version as corrected,
          ${seen('a.owner_id')} and ${seen('b.owner_id')} as visible
        from a full join b on b.thing = a.thing),
      change as (select thing, link, owner_id, at, item_id, company_id, word, visible,
          case when not counted_then then 'entered' when not counted_now then 'left' when amount_then <> amount_now then 'changed' else 'corrected' end as change,
          case when not counted_then then coalesce(reason_then, 'new') when not counted_now then coalesce(reason_now, 'withdrawn')
            when amount_then <> amount_now then 'amount' else 'corrected' end as reason,
          case when counted_then then amount_then else 0 end as before, case when counted_now then amount_now else 0 end as after
        from pair where (counted_then or counted_now) and (counted_then <> counted_now or amount_then <> amount_now or corrected))`,
    params: [...scopeParams(asked), since.at, asked.asOf, asked.visible, ...since.quarters, ...then.constants, ...asked.quarters, ...now.constants],
  };
}
