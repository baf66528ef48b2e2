import { Injectable } from '@nestjs/common';
import type { MetricReceipt, MetricValueQuery } from '@waymark/contracts';
import { addDays, dayOf, DomainError, type Value, windowOf, workingDaysBetween } from '@waymark/kernel';
import {
  type BesideFigure,
  besideParts,
  combineParts,
  type Member,
  type Metric,
  type MetricFacts,
  type MetricMark,
  partKey,
  quarterParameters,
  type ReceiptPart,
} from '@waymark/metrics';
import type { Capability } from '../access/permissions.js';
import { Visibility } from '../access/visibility.js';
import { invalid } from '../platform/http/validation.js';
import { currentContext } from '../platform/request-context.js';
import { factsOf, type MeasureSums, MetricsRepository } from './metrics.repository.js';
import { type Asked, ReceiptsRepository } from './receipts.repository.js';
import { TenantMetrics } from './tenant-metrics.js';

/** A question about a number that may be asked, with the people whose facts it is about. */
export interface Question {
  metric: Metric;
  members: readonly Member[];
  window: { from: Date; to: Date };
  /** The window by its inclusive days. */
  days: { from: string; to: string };
  /** Null: as the facts stand. */
  asOf: Date | null;
  scope: Pick<MetricReceipt, 'owner' | 'team' | 'scope'>;
}

/** A number with what stands beside it, and what it was told besides its parts. */
export interface Reading {
  value: Value;
  facts: MetricFacts;
  beside: BesideFigure[];
  marks: MetricMark[];
}

/** Who may see the rows of a source one by one; of a source that is not here, whoever sees the numbers. */
const readers: Readonly<Record<string, Capability>> = {
  pipeline_events: 'deals.read',
  sales: 'sales.read',
  activities: 'activities.read',
  partner_list_versions: 'deals.read',
  tasks: 'work.read',
  renewals: 'customers.read',
  arr_movements: 'customers.read',
  survey_responses: 'customers.read',
};

/** Whose facts a receipt is about, and whose rows the reader may see one by one. */
@Injectable()
export class ReceiptScopes {
  constructor(
    private readonly metricsRepository: MetricsRepository,
    private readonly repository: ReceiptsRepository,
    private readonly visibility: Visibility,
    private readonly tenant: TenantMetrics,
  ) {}

  async ask(key: string, query: MetricValueQuery): Promise<Question> {
    const metric = await this.tenant.get(key);
    if (!metric) throw new DomainError('not_found', `There is no metric "${key.slice(0, 60)}".`);
    if (query.from > query.to) throw invalid([{ field: 'to', code: 'order', message: 'to must not lie before from' }]);
    if (query.ownerId && query.teamId) throw invalid([{ field: 'teamId', code: 'one_of', message: 'Ask for one person or one team, not both' }]);
    const window = windowOf(query.from, query.to, currentContext().timeZone);
    const asOf = query.asOf === undefined ? null : new Date(query.asOf);
    return { metric, window, days: { from: query.from, to: query.to }, asOf, ...(await this.scopeOf(query)) };
  }

  /** What is asked of one part: who may see its rows depends on its facts. */
  async askedFor({ metric, members, window: asked, asOf }: Question, part: ReceiptPart): Promise<Asked> {
    const window = metric.tense === 'standing' ? upTo(asked, asOf ?? currentContext().now) : asked;
    return { members, window, asOf, visible: await this.visible(part.source), quarters: await this.quartersFor(part, window, asOf) };
  }

  /** The parameters by which a due list knows its fiscal quarters, as they were at the instant. */
  async quartersFor(part: ReceiptPart, window: Question['window'], asOf: Date | null): Promise<unknown[]> {
    if (!part.byQuarter) return [];
    const { now, timeZone } = currentContext();
    return quarterParameters(await this.metricsRepository.dueQuarters(window, asOf ?? now, timeZone));
  }

  /** The value and what stands beside it, from the sums of the parts that have rows and from what a window measure knows besides. */
  async reading({ metric, members, window, days, asOf }: Question, counted: MeasureSums): Promise<Reading> {
    const sums: MeasureSums = new Map([...(await this.rest(metric, members, window, asOf)), ...counted]);
    const { now, timeZone } = currentContext();
    const today = dayOf(asOf ?? now, timeZone);
    const workingDays = workingDaysBetween(await this.metricsRepository.calendar(), days.from, addDays(days.to < today ? days.to : today, 1));
    const facts = { ...factsOf(await this.metricsRepository.feeds(asOf), window), begun: window.from <= (asOf ?? now), workingDays };
    return { value: combineParts(metric, sums, facts), facts, ...besideParts(metric, sums, facts) };
  }

  /** Parts of a window measure that have no rows of their own. */
  private async rest(metric: Metric, members: readonly Member[], window: Question['window'], asOf: Date | null): Promise<MeasureSums> {
    const { window: measure } = metric;
    if (!measure || measure.parts.every((part) => measure.receipt?.parts[part])) return new Map();
    const scoped = members.map((member) => ({ ...member, scope: 'asked' }));
    const parts = (await this.metricsRepository.windowParts(measure, scoped, window, asOf)).get('asked') ?? new Map<string, bigint>();
    return new Map(
      measure.parts.filter((part) => !measure.receipt?.parts[part]).map((part) => [partKey(measure, part), parts.get(partKey(measure, part)) ?? 0n]),
    );
  }

  private async scopeOf(query: MetricValueQuery): Promise<Pick<Question, 'members' | 'scope'>> {
    if (query.teamId) return this.team(query.teamId);
    const visible = await this.visibility.visibleOwners('metrics.read');
    if (query.ownerId && visible !== null && !visible.includes(query.ownerId)) throw unseen('person');
    const asked = query.ownerId ? [query.ownerId] : visible;
    const owners = await this.metricsRepository.ownersOf(asked);
    const members = owners.map((ownerId) => ({ scope: 'asked', ownerId, from: null, to: null }));
    if (!query.ownerId) {
      const scope = visible === null ? 'Everybody of the organisation' : 'Everybody whom you may see';
      return { members, scope: { owner: null, team: null, scope } };
    }
    const name = await this.repository.personName(query.ownerId);
    if (name === null) throw unseen('person');
    return { members, scope: { owner: { id: query.ownerId, name }, team: null, scope: name } };
  }

  private async team(teamId: string): Promise<Pick<Question, 'members' | 'scope'>> {
    const teams = await this.visibility.visibleTeams('metrics.read');
    const name = teams !== null && !teams.includes(teamId) ? null : await this.repository.teamName(teamId);
    if (name === null) throw unseen('team');
    const members = await this.metricsRepository.teamMembers([teamId], currentContext().timeZone);
    const scope = `${name} with its teams below; a person's facts count while the person belonged`;
    return { members, scope: { owner: null, team: { id: teamId, name }, scope } };
  }

  /** Whose rows of the source the reader may see: of those whose numbers may be seen, those whose facts may be. */
  private async visible(source: string): Promise<string[] | null> {
    const numbers = await this.visibility.visibleOwners('metrics.read');
    const reader = readers[source];
    if (!reader) return numbers;
    const facts = await this.visibility.visibleOwners(reader).catch(nobody);
    if (numbers === null || facts === null) return numbers ?? facts;
    return numbers.filter((id) => facts.includes(id));
  }
}

const unseen = (what: string) => new DomainError('not_found', `There is no such ${what}, or you may not see it.`);

function nobody(error: unknown): string[] {
  if (error instanceof DomainError && error.code === 'forbidden') return [];
  throw error;
}

/** What stands is asked at the latest at the end of that day: of days ahead nobody knows what will stand. */
function upTo(window: { from: Date; to: Date }, instant: Date): { from: Date; to: Date } {
  const { timeZone } = currentContext();
  const day = dayOf(instant, timeZone);
  const end = windowOf(day, day, timeZone).to;
  return end < window.to ? { from: window.from, to: end } : window;
}
