import { Injectable } from '@nestjs/common';
import {
  limits,
  type MetricChangeQuery,
  type MetricChanges,
  type MetricReceipt,
  type MetricReceiptQuery,
  type MetricRecordPage,
  type MetricRecordQuery,
} from '@waymark/contracts';
import { DomainError, type Value, whole } from '@waymark/kernel';
import { formulaWith, labelOf, type MetricFacts, receiptParts, type ReceiptPart, shippedWeights } from '@waymark/metrics';
import { Readable } from 'node:stream';
import { UnitOfWork } from '../platform/database/unit-of-work.js';
import { csvAbout, csvColumns, csvLines } from '../platform/http/csv.js';
import { decodeCursor, encodeCursor } from '../platform/http/cursor.js';
import { invalid } from '../platform/http/validation.js';
import { currentContext } from '../platform/request-context.js';
import { metricValue } from './metric-value.js';
import { fileHead, hiddenLines } from './receipt-file.js';
import { ReceiptScopes, type Question } from './receipt-scopes.service.js';
import { changeView, type Compared, countedSum, partView, recordView, rowTotal, summedChanges } from './receipt-views.js';
import { type CandidateGroup, ReceiptsRepository, type RecordFilter, type Since } from './receipts.repository.js';

/** Rows of a file that are read at once. */
const rowsAtOnce = 2000;

/** Why a number is what it is: the rows behind it, those left out, and what changed between two instants (MET-08, REP-15). */
@Injectable()
export class ReceiptsService {
  constructor(
    private readonly repository: ReceiptsRepository,
    private readonly scopes: ReceiptScopes,
    private readonly units: UnitOfWork,
  ) {}

  async receipt(key: string, query: MetricReceiptQuery): Promise<MetricReceipt> {
    const question = await this.scopes.ask(key, query);
    const { metric } = question;
    const { currency, timeZone, now } = currentContext();
    const parts = receiptParts(metric);
    const groups = await inOrder(parts, async (part) => this.repository.groups(part, await this.scopes.askedFor(question, part)));
    const reading = await this.scopes.reading(question, new Map(parts.map((part, n) => [part.measure, countedSum(groups[n] ?? [])])));
    const value = metricValue(reading.value, metric.unit, currency);
    const { beside, marks } = reading;
    const shown = new Map(parts.map((part, n) => [part.key, metricValue(whole(countedSum(groups[n] ?? [])), part.unit, currency).display]));
    return {
      metric: metric.key,
      label: metric.label,
      description: metric.description,
      version: metric.version ?? 1,
      formula: formulaWith(metric, reading.facts, (part) => parts.find(({ key: name }) => name === part)?.label ?? labelOf(part)),
      calculation: `${formulaWith(metric, reading.facts, (part) => shown.get(part) ?? weightOf(part, reading.facts))} = ${value.display}`,
      value,
      beside: beside.map((figure) => ({ key: figure.key, label: figure.label, value: metricValue(figure.value, figure.unit, currency) })),
      marks,
      window: { from: query.from, to: query.to, timeZone },
      ...question.scope,
      parts: parts.map((part, n) => partView(part, groups[n] ?? [], currency)),
      asOf: (question.asOf ?? now).toISOString(),
      computedAt: now.toISOString(),
    };
  }

  async records(key: string, query: MetricRecordQuery): Promise<MetricRecordPage> {
    const question = await this.scopes.ask(key, query);
    const part = partOf(question, query.part);
    const { currency, now } = currentContext();
    const asked = await this.scopes.askedFor(question, part);
    const after = decodeCursor(query.cursor, 2);
    const limit = query.limit ?? limits.page.default;
    const filter = filterOf(query);
    const rows = await this.repository.records(part, asked, { ...filter, after: after && placeOf(after), limit: limit + 1 });
    const groups = (await this.repository.groups(part, asked)).filter((group) => wanted(group, filter));
    const last = rows.length > limit ? rows[limit - 1] : undefined;
    return {
      part: part.key,
      total: rowTotal(part, groups, currency),
      hidden: rowTotal(
        part,
        groups.filter(({ visible }) => !visible),
        currency,
      ),
      asOf: (question.asOf ?? now).toISOString(),
      items: rows.slice(0, limit).map((row) => recordView(part, row, currency)),
      nextCursor: last ? encodeCursor([last.at.toISOString(), last.thing]) : null,
    };
  }

  /**
   * All rows as CSV, read and written piece by piece, all as known at one instant: above them what they are (Q94), in the end how many there are that the
   * reader may not see.
   */
  async file(key: string, query: MetricRecordQuery): Promise<Readable> {
    const { tenantId, userId, currency, now } = currentContext();
    const fixed = { ...query, asOf: query.asOf ?? now.toISOString() };
    const question = await this.scopes.ask(key, fixed);
    const part = partOf(question, query.part);
    const head = fileHead(await this.receipt(key, fixed), query, part.key);
    const asked = await this.scopes.askedFor(question, part);
    const filter = filterOf(query);
    const groups = (await this.repository.groups(part, asked)).filter((group) => !group.visible && wanted(group, filter));
    const unseen = (counted: boolean) =>
      rowTotal(
        part,
        groups.filter(({ reason }) => (reason === null) === counted),
        currency,
      );
    const read = (after: RecordFilter['after']) =>
      this.units.run({ tenantId, userId, readOnly: true, separate: true }, () =>
        this.repository.records(part, asked, { ...filter, after, limit: rowsAtOnce }),
      );
    const pieces = async function* (): AsyncGenerator<string> {
      yield csvAbout(head) + csvColumns(['at', 'owner', 'what', 'kind', 'reason', 'amount', 'link']);
      for (let after: RecordFilter['after'] = null; ;) {
        const rows = await read(after);
        const views = rows.map((row) => recordView(part, row, currency));
        yield csvLines(views.map((row) => [row.at, row.owner.name, row.what, row.kind, row.reasonText, row.amount.value, row.link]));
        const last = rows.at(-1);
        if (rows.length < rowsAtOnce || !last) break;
        after = { at: last.at.toISOString(), thing: last.thing };
      }
      yield csvLines(hiddenLines({ counted: unseen(true), left_out: unseen(false) }));
    };
    return Readable.from(pieces(), { objectMode: false });
  }

  async changes(key: string, query: MetricChangeQuery): Promise<MetricChanges> {
    const { currency, now } = currentContext();
    const question = await this.scopes.ask(key, { ...query, asOf: query.asOf ?? now.toISOString() });
    const since = new Date(query.since);
    if (question.asOf && since > question.asOf) throw invalid([{ field: 'since', code: 'order', message: 'since must not lie after asOf' }]);
    const part = partOf(question, query.part);
    const parts = receiptParts(question.metric);
    const told = await inOrder(parts, (one) => this.compared(question, one, since));
    const at = async (asOf: Date | null, of: 'then' | 'later'): Promise<Value> =>
      (await this.scopes.reading({ ...question, asOf }, new Map(parts.map((one, n) => [one.measure, told[n]?.[of] ?? 0n])))).value;
    const [before, after] = [await at(since, 'then'), await at(question.asOf, 'later')];
    const limit = query.limit ?? limits.page.default;
    const place = decodeCursor(query.cursor, 2);
    const rows = await this.repository.changes(part, await this.scopes.askedFor(question, part), await this.sinceOf(question, part, since), {
      after: place && placeOf(place),
      limit: limit + 1,
    });
    const last = rows.length > limit ? rows[limit - 1] : undefined;
    return {
      metric: key,
      since: since.toISOString(),
      asOf: (question.asOf ?? now).toISOString(),
      before: metricValue(before, question.metric.unit, currency),
      after: metricValue(after, question.metric.unit, currency),
      parts: parts.map((one, n) => summedChanges(one, told[n] as Compared, currency)),
      part: part.key,
      items: rows.slice(0, limit).map((row) => changeView(part, row, currency)),
      nextCursor: last ? encodeCursor([last.at.toISOString(), last.thing]) : null,
    };
  }

  /** A part at both instants, and what became of its rows between them. */
  private async compared(question: Question, part: ReceiptPart, since: Date): Promise<Compared> {
    const asked = await this.scopes.askedFor(question, part);
    const before = await this.sinceOf(question, part, since);
    const then = await this.repository.groups(part, { ...asked, asOf: since, quarters: before.quarters });
    const later = await this.repository.groups(part, asked);
    return { then: countedSum(then), later: countedSum(later), groups: await this.repository.changeGroups(part, asked, before) };
  }

  private async sinceOf({ window }: Question, part: ReceiptPart, at: Date): Promise<Since> {
    return { at, quarters: await this.scopes.quartersFor(part, window, at) };
  }
}

/** One after the other: they share a connection. */
async function inOrder<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (const item of items) results.push(await work(item));
  return results;
}

function partOf({ metric }: Question, key: string | undefined): ReceiptPart {
  const parts = receiptParts(metric);
  const [first] = parts;
  if (!first) throw new DomainError('not_found', 'This number has no rows of its own.');
  const part = key === undefined ? first : parts.find((one) => one.key === key);
  if (!part) throw invalid([{ field: 'part', code: 'choice', message: `part must be one of ${parts.map((one) => one.key).join(', ')}` }]);
  return part;
}

function filterOf({ kind, reason }: MetricRecordQuery): Pick<RecordFilter, 'counted' | 'reason'> {
  return { counted: kind === undefined ? (reason === undefined ? null : false) : kind === 'counted', reason: reason ?? null };
}

function wanted(group: CandidateGroup, { counted, reason }: Pick<RecordFilter, 'counted' | 'reason'>): boolean {
  return (counted === null || (group.reason === null) === counted) && (reason === null || group.reason === reason);
}

/** The place in a list after which it goes on. */
function placeOf([at, thing]: string[]): { at: string; thing: string } {
  return { at: at as string, thing: thing as string };
}

/** A weight of the performance index by its name in a formula. */
function weightOf(name: string, { weights = shippedWeights }: MetricFacts): string {
  return String(weights[name.replace('weight_', '') as keyof typeof weights] ?? '–');
}
