import { Injectable } from '@nestjs/common';
import type { HistoryLine, Restriction, RestrictionContact, RestrictionPage, RestrictionQuery, WayOut } from '@waymark/contracts';
import { limits } from '@waymark/contracts';
import {
  canBeCured,
  confirmationText,
  dayText,
  effectsOf,
  isProposed,
  mandatoryEnd,
  restrictionTitle,
  shortestWayOut,
  wayOutText,
  whySentence,
} from '@waymark/gates';
import { dayOf, DomainError } from '@waymark/kernel';
import { AuditLog } from '../access/audit-log.service.js';
import { Visibility } from '../access/visibility.js';
import { TenantMetrics } from '../metrics/tenant-metrics.js';
import { decodeCursor, encodeCursor } from '../platform/http/cursor.js';
import { currentContext } from '../platform/request-context.js';
import { DecisionsService } from './decisions.service.js';
import { loadRatio, loadValue } from './evaluation.js';
import { amountOf, gateView, measuredOf } from './gate-view.js';
import { type GateRow } from './gates.repository.js';
import { GatesService } from './gates.service.js';
import { type Manager, ManagersService } from '../sources/people/managers.service.js';
import { decisiveOf, mathOf } from './restriction-math.js';
import { type DecisionRow, RestrictionPagesRepository, type RestrictionRow } from './restriction-pages.repository.js';

const openStates = ['in_force', 'proposed'];

/** The page that tells a person why something is withheld, what clears it, and who decides (GATE-08). */
@Injectable()
export class RestrictionPages {
  constructor(
    private readonly repository: RestrictionPagesRepository,
    private readonly gates: GatesService,
    private readonly managers: ManagersService,
    private readonly decisions: DecisionsService,
    private readonly visibility: Visibility,
    private readonly log: AuditLog,
    private readonly tenant: TenantMetrics,
  ) {}

  async page(query: RestrictionQuery): Promise<RestrictionPage> {
    const limit = query.limit ?? limits.page.default;
    const [after = null] = decodeCursor(query.cursor, 1) ?? [];
    const owners = await this.visibility.visibleOwners('restrictions.read');
    const states = query.state ? [query.state] : openStates;
    const rows = await this.repository.page({ owners, userId: query.userId ?? null, states, kind: query.kind ?? null, after, limit: limit + 1 });
    const page = rows.slice(0, limit);
    const { userId } = currentContext();
    const items = page.map((row) => ({
      id: row.id,
      kind: row.kind,
      state: row.state,
      title: restrictionTitle(row.kind, row.state, row.user_name, row.user_id === userId),
      gateName: row.gate_name,
      since: row.starts_at.toISOString(),
      user: { id: row.user_id, name: row.user_name, team: row.team_name },
      gateId: row.gate_id,
      endsAt: row.ends_at.toISOString(),
    }));
    return { items, nextCursor: rows.length > limit ? encodeCursor([page.at(-1)?.id ?? '']) : null };
  }

  /** The page for its reader; that somebody else's was read is noted first (Q113). */
  async read(id: string): Promise<Restriction> {
    await this.log.noteRead(id, (await this.found(id)).user_id);
    return this.get(id);
  }

  async get(id: string): Promise<Restriction> {
    const row = await this.found(id);
    const { currency, userId, now, timeZone } = currentContext();
    const gate = await this.gates.row(row.gate_id);
    const manager = (await this.managers.of([row.user_id])).get(row.user_id) ?? null;
    const decisions = await this.repository.decisions(id);
    const canDecideTo = await this.decisions.possible(row, decisions);
    const decisive = decisiveOf(row.evidence);
    const own = row.user_id === userId;
    const open = openStates.includes(row.state);
    const until = mandatoryEnd(row.kind, now < row.starts_at ? row.starts_at : now);
    const whose = own ? 'your' : `${row.user_name}'s`;
    const needed = { ...decisive, measured: loadValue(decisive.measured), needed: loadRatio(decisive.needed) };
    const out = await this.wayOut(row, gate, open);
    return {
      id: row.id,
      kind: row.kind,
      state: row.state,
      title: restrictionTitle(row.kind, row.state, row.user_name, own),
      why: whySentence(needed, whose, dayText(gate.deadline_on), currency),
      user: { id: row.user_id, name: row.user_name, team: gate.team_name },
      gate: gateView(gate, currency, userId, (await this.tenant.all()).metrics),
      policy: { id: row.policy_id, name: row.policy_name, number: row.policy_number, publishedAt: row.published_at.toISOString() },
      since: row.starts_at.toISOString(),
      endsAt: row.ends_at.toISOString(),
      closedAt: row.closed_at?.toISOString() ?? null,
      closedReason: row.closed_reason,
      measuredThen: measuredOf(decisive, currency),
      measuredNow: gate.live ? measuredOf(gate.live, currency) : null,
      needed: amountOrRatio(decisive, currency),
      gap: gate.live?.gap ? measuredOf({ measured: gate.live.gap, unit: gate.live.unit }, currency) : null,
      math: mathOf(row.evidence, row.facts_until, row.known_until),
      ...out,
      ...effectsOf(row.kind, row.state === 'in_force'),
      decider: isProposed(row.kind) ? contactOf(manager) : null,
      contact: contactOf(manager),
      history: historyOf(row, decisions),
      decisions: decisions.map((one) => ({ decision: one.decision, by: one.decider_name, reason: one.reason, at: one.decided_at.toISOString() })),
      canDecide: canDecideTo.length > 0,
      canDecideTo,
      consequenceText: row.state === 'proposed' && until ? confirmationText(row.kind, row.user_name, dayText(dayOf(until, timeZone))) : null,
      evidenceHash: row.evidence_hash,
      checkedAt: (gate.live_at ?? now).toISOString(),
    };
  }

  async found(id: string): Promise<RestrictionRow> {
    const row = await this.repository.find(id, await this.visibility.visibleOwners('restrictions.read'));
    if (!row) throw new DomainError('not_found', 'There is no such record, or you may not see it.');
    return row;
  }

  /** The smallest set of own deals whose qualification closes the gap; when even all are not enough, the largest ones, and the words say so. */
  private async wayOut(row: RestrictionRow, gate: GateRow, open: boolean): Promise<{ wayOutText: string; ways: WayOut[] }> {
    const { currency } = currentContext();
    const decisive = gate.live ?? decisiveOf(row.evidence);
    const gap = gate.live?.gap ? loadRatio(gate.live.gap) : null;
    const gapText =
      gap && gate.live ? measuredOf({ measured: gate.live.gap as { num: string; den: string }, unit: gate.live.unit }, currency).display : null;
    const coverage = gate.step.conditions.find((condition) => condition.type === 'pipeline_coverage');
    const words = { kind: row.kind, open, subject: decisive.subject, gap: gapText, curable: canBeCured(gate.step) };
    if (!open || !coverage || gap === null) return { wayOutText: wayOutText({ ...words, enough: true, ownDeals: null, toWin: null }), ways: [] };
    const days = { startsOn: row.evidence.period.startsOn, endsOn: row.evidence.period.endsOn };
    const deals = (await this.repository.unqualifiedDeals(row.user_id, coverage.params['expectedClose'] ?? 'any', days)).map((deal) => ({
      ...deal,
      amount: BigInt(deal.amount),
    }));
    const missing = (gap.num + gap.den - 1n) / gap.den;
    const set = shortestWayOut(deals, missing);
    const shown = set.length > 0 ? set : deals.slice(0, 5);
    const stage = await this.repository.qualifiedStage();
    const ways = shown.map((deal, n) => ({
      text: `Qualify "${deal.name}"${stage ? `: move it to ${stage}` : ''}`,
      adds: amountOf(deal.amount, 'money', currency),
      itemId: deal.id,
      enough: set.length > 0 && n === set.length - 1,
    }));
    const all = deals.reduce((sum, deal) => sum + deal.amount, 0n);
    const left = set.length > 0 ? null : await this.repository.leftToTarget(row.evidence.goal.id);
    const toWin = left === null ? null : amountOf(left, 'money', currency).display;
    return { wayOutText: wayOutText({ ...words, enough: set.length > 0, ownDeals: amountOf(all, 'money', currency).display, toWin }), ways };
  }
}

function amountOrRatio(decisive: { needed: { num: string; den: string }; unit: 'count' | 'money' | 'percent' | 'points' }, currency: string) {
  return measuredOf({ measured: decisive.needed, unit: decisive.unit }, currency);
}

function contactOf(manager: Manager | null): RestrictionContact | null {
  if (manager === null) return null;
  const role = manager.depth === null ? 'Administrator' : manager.depth === 0 ? 'Leader of the team' : 'Leader above the team';
  return { id: manager.manager_id, name: manager.manager_name, role };
}

const closings: Record<string, string> = {
  cured: 'The gate was met; this ended by itself',
  end_date: 'The end date came; this ended by itself',
  not_confirmed: 'Nobody confirmed it in time; the proposal is void',
};

/** What happened, oldest first. */
function historyOf(row: RestrictionRow, decisions: readonly DecisionRow[]): HistoryLine[] {
  const gate = row.evidence.gate.name;
  const lines: HistoryLine[] = [
    { at: row.facts_until.toISOString(), text: `Deadline of ${gate}` },
    {
      at: row.judged_at.toISOString(),
      text: `${gate} judged by policy version ${row.policy_number}, with facts recorded until ${row.known_until.toISOString().slice(0, 16).replace('T', ' ')} UTC`,
    },
    { at: row.imposed_at.toISOString(), text: isProposed(row.kind) ? 'Proposed by the system' : 'In force' },
    ...decisions.map((one) => ({ at: one.decided_at.toISOString(), text: `${one.decider_name}: ${one.decision}. ${one.reason}` })),
  ];
  if (row.closed_at && row.closed_reason && closings[row.closed_reason])
    lines.push({ at: row.closed_at.toISOString(), text: closings[row.closed_reason] as string });
  return lines;
}
