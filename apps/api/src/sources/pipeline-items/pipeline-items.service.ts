import { Injectable } from '@nestjs/common';
import type {
  CreatePipelineItemRequest,
  Money,
  PatchPipelineItemRequest,
  PipelineEventPage,
  PipelineItem,
  PipelineItemQuery,
} from '@waymark/contracts';
import { limits } from '@waymark/contracts';
import { dayOf, DomainError, parseDecimal } from '@waymark/kernel';
import { decodeCursor, encodeCursor } from '../../platform/http/cursor.js';
import { matchVersion } from '../../platform/http/if-match.js';
import { invalid } from '../../platform/http/validation.js';
import { LivePublisher } from '../../platform/live/live-publisher.js';
import { currentContext } from '../../platform/request-context.js';
import { PartnerListsRepository } from '../partner-lists/partner-lists.repository.js';
import { SaleRates } from '../sales/sale-rates.repository.js';
import { ItemAccess, unknownItem } from './item-access.js';
import { type ItemMoney, moneyOf, valuesBetween } from './item-money.js';
import { type ItemDetails, type ItemRow, type ItemState, PipelineItemsRepository } from './pipeline-items.repository.js';
import { TimelineRepository } from './timeline.repository.js';

const detailColumns: Record<string, string> = {
  note: 'note',
  productId: 'product_id',
  agreementDate: 'agreement_date',
  partnerListDueDate: 'partner_list_due_date',
  partnerListSentDate: 'partner_list_sent_date',
  firstSaleDate: 'first_sale_date',
  partnerListSize: 'partner_list_size',
};

/** Leads and deals. Every change of stage, owner or value is an event (SRC-05); creating a deal asks the restrictions first (GATE-07). */
@Injectable()
export class PipelineItemsService {
  constructor(
    private readonly repository: PipelineItemsRepository,
    private readonly timeline: TimelineRepository,
    private readonly access: ItemAccess,
    private readonly live: LivePublisher,
    private readonly lists: PartnerListsRepository,
    private readonly rates: SaleRates,
  ) {}

  /** A page as JSON text. */
  async page(query: PipelineItemQuery): Promise<string> {
    const [after = null] = decodeCursor(query.cursor, 1) ?? [];
    const page = await this.repository.page({
      owners: await this.access.readable(),
      ownerId: query.ownerId ?? null,
      kind: query.kind ?? null,
      stage: query.stage ?? null,
      listId: query.listId ?? null,
      ...valuesBetween(query),
      q: query.q ? query.q.replaceAll(/[\\%_]/g, '\\$&') : null,
      after,
      limit: query.limit ?? limits.page.default,
    });
    return `{"items":${page.items},"nextCursor":${page.next === null ? 'null' : JSON.stringify(encodeCursor([page.next]))}}`;
  }

  async get(id: string): Promise<PipelineItem> {
    const item = await this.repository.find(id);
    if (!item) throw unknownItem();
    await this.access.assertReads(item.owner.id);
    return item;
  }

  async events(id: string): Promise<PipelineEventPage> {
    await this.get(id);
    return { items: await this.repository.events(id), nextCursor: null };
  }

  async create(request: CreatePipelineItemRequest): Promise<PipelineItem> {
    const at = instantOf(request.occurredAt, null);
    const stage = await this.stage(request.stage);
    const ownerId = request.ownerId ?? (currentContext().userId as string);
    await this.access.assertWrites(ownerId, 'ownerId');
    await this.assertReferences(request);
    const listPrice = request.productId ? await this.repository.listPrice(request.productId) : 0n;
    const state: ItemState = {
      stageId: stage.id,
      kind: stage.kind,
      qualified: stage.qualified,
      ownerId,
      companyId: request.companyId ?? null,
      valueMinor: request.value ? minorOf(request.value) : listPrice,
      currency: request.value?.currency ?? currentContext().currency,
      expectedCloseOn: request.expectedCloseOn ?? null,
      category: request.category ?? null,
    };
    await this.access.assertMayStep(null, state);
    const details = { ...detailsOf(request), ...(await this.onList(request.listId)) };
    const worth = await this.worthOf(state, at);
    const id = await this.repository.insert(request.name, request.externalId ?? null, state, worth, details, at);
    return this.record(id, state, worth, at);
  }

  async patch(id: string, request: PatchPipelineItemRequest): Promise<PipelineItem> {
    const before = await this.writable(id);
    matchVersion(before.version);
    const at = instantOf(request.occurredAt, before.lastAt);
    await this.assertReferences(request);
    if (request.ownerId) await this.access.assertKnownPerson(request.ownerId);
    const stage = request.stage === undefined ? null : await this.stage(request.stage);
    const after: ItemState = {
      stageId: stage?.id ?? before.stageId,
      kind: stage?.kind ?? before.kind,
      qualified: stage?.qualified ?? before.qualified,
      ownerId: request.ownerId ?? before.ownerId,
      companyId: request.companyId === undefined ? before.companyId : request.companyId,
      valueMinor: request.value ? minorOf(request.value) : before.valueMinor,
      currency: request.value?.currency ?? before.currency,
      expectedCloseOn: request.expectedCloseOn === undefined ? before.expectedCloseOn : request.expectedCloseOn,
      category: request.category === undefined ? before.category : request.category,
    };
    await this.access.assertMayStep(before, after);
    await this.repository.update(id, request.name, detailsOf(request));
    return same(before, after) ? this.get(id) : this.record(id, after, await this.worthOf(after, at), at);
  }

  /** A copy with the same owner, value and company. A copy of a closed deal begins in the first deal stage. */
  async duplicate(id: string): Promise<PipelineItem> {
    const original = await this.writable(id);
    const closed = original.kind === 'won' || original.kind === 'lost';
    const stage = closed ? await this.repository.firstStage('deal') : null;
    if (closed && !stage) throw new DomainError('conflict', 'There is no open deal stage to begin in.');
    const { now } = currentContext();
    const state: ItemState = { ...original, ...(stage && { stageId: stage.id, kind: stage.kind, qualified: stage.qualified }) };
    await this.access.assertMayStep(null, state);
    const worth = await this.worthOf(state, now);
    const copy = await this.repository.insert(
      `${original.name} (copy)`.slice(0, limits.name),
      null,
      state,
      worth,
      { note: original.note, product_id: original.productId, list_id: original.listId },
      now,
    );
    return this.record(copy, state, worth, now);
  }

  private async record(id: string, state: ItemState, worth: ItemMoney, at: Date): Promise<PipelineItem> {
    await this.repository.addEvent(id, state, worth, at);
    await this.timeline.derive([id]);
    await this.live.publish({ type: 'deals', ids: [id] });
    const item = await this.repository.find(id);
    return item as PipelineItem;
  }

  /** Counted by the last rate on or before the day of the change (SRC-08). */
  private async worthOf({ valueMinor, currency }: ItemState, at: Date): Promise<ItemMoney> {
    const { currency: home, timeZone } = currentContext();
    if (currency === home) return moneyOf(valueMinor, currency, home, null);
    await this.rates.takeTurns('shared');
    return moneyOf(valueMinor, currency, home, await this.rates.rating(currency, dayOf(at, timeZone)));
  }

  private async writable(id: string): Promise<ItemRow> {
    const item = await this.repository.lock(id);
    if (!item) throw unknownItem();
    await this.access.assertWrites(item.ownerId);
    return item;
  }

  private async stage(key: string) {
    const stage = await this.repository.stage(key);
    if (!stage) throw invalid([{ field: 'stage', code: 'unknown', message: `There is no stage "${key}"` }]);
    return stage;
  }

  /** A contact of a list stands on one that one may see; the list stays. */
  private async onList(listId: string | undefined): Promise<ItemDetails> {
    if (listId === undefined) return {};
    const owner = await this.lists.ownerOf(listId);
    const owners = await this.access.readable();
    if (owner === null || (owners !== null && !owners.includes(owner)))
      throw invalid([{ field: 'listId', code: 'unknown', message: 'There is no such partner list, or you may not see it' }]);
    return { list_id: listId };
  }

  private async assertReferences(request: { companyId?: string | null; productId?: string | null }): Promise<void> {
    if (request.companyId && !(await this.repository.exists('companies', request.companyId)))
      throw invalid([{ field: 'companyId', code: 'unknown', message: 'There is no such company' }]);
    if (request.productId && !(await this.repository.exists('products', request.productId)))
      throw invalid([{ field: 'productId', code: 'unknown', message: 'There is no such product' }]);
  }
}

/** When it happened: never later than now, never before the item's last change. */
function instantOf(text: string | undefined, notBefore: Date | null): Date {
  const { now } = currentContext();
  const at = text === undefined ? now : new Date(text);
  if (at > now) throw invalid([{ field: 'occurredAt', code: 'future', message: `occurredAt must not lie after now, ${now.toISOString()}` }]);
  if (notBefore !== null && at < notBefore)
    throw invalid([
      { field: 'occurredAt', code: 'before_last_change', message: `occurredAt must not lie before the last change, ${notBefore.toISOString()}` },
    ]);
  return at;
}

function minorOf(value: Money): bigint {
  const minor = parseDecimal(value.amount, 2);
  if (minor < 0n) throw invalid([{ field: 'value.amount', code: 'min', message: 'The value must not be negative' }]);
  if (minor > BigInt(limits.amountMinor)) throw invalid([{ field: 'value.amount', code: 'max', message: 'The value is too large' }]);
  return minor;
}

function detailsOf(request: PatchPipelineItemRequest): ItemDetails {
  const given = request as unknown as Record<string, string | number | null | undefined>;
  const details: ItemDetails = {};
  for (const [field, column] of Object.entries(detailColumns)) if (given[field] !== undefined) details[column] = given[field];
  if (request.totalSalesFromList !== undefined)
    details['total_sales_from_list_minor'] = request.totalSalesFromList === null ? null : parseDecimal(request.totalSalesFromList, 2).toString();
  return details;
}

function same(before: ItemState, after: ItemState): boolean {
  return (Object.keys(after) as (keyof ItemState)[]).every((key) => before[key] === after[key]);
}
