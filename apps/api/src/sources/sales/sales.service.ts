import { Injectable } from '@nestjs/common';
import { type CorrectSale, type CreateSale, limits, type Sale, type SalePage, type SaleQuery } from '@waymark/contracts';
import { addDays, dayOf, DomainError, startOfDay } from '@waymark/kernel';
import { Visibility } from '../../access/visibility.js';
import { decodeCursor, encodeCursor } from '../../platform/http/cursor.js';
import { matchVersion } from '../../platform/http/if-match.js';
import { invalid } from '../../platform/http/validation.js';
import { currentContext } from '../../platform/request-context.js';
import { PartnerListsRepository } from '../partner-lists/partner-lists.repository.js';
import { creditsOf, ofDeal, valuesOf } from './sale-request.js';
import { rowsOf, type SaleState } from './sale-rows.js';
import { SaleRates } from './sale-rates.repository.js';
import { SalesRepository } from './sales.repository.js';

/** Sales that people record, correct and share out (SRC-06, SRC-07, SRC-08). A correction is a new version (Q98). */
@Injectable()
export class SalesService {
  constructor(
    private readonly repository: SalesRepository,
    private readonly rates: SaleRates,
    private readonly visibility: Visibility,
    private readonly lists: PartnerListsRepository,
  ) {}

  async page(query: SaleQuery): Promise<SalePage> {
    const limit = query.limit ?? limits.page.default;
    const keys = decodeCursor(query.cursor, 2);
    const { timeZone } = currentContext();
    if (query.from && query.to && query.from > query.to) throw invalid([{ field: 'to', code: 'order', message: 'to must not lie before from' }]);
    const rows = await this.repository.page({
      owners: await this.visibility.visibleOwners('sales.read'),
      ownerId: query.ownerId ?? null,
      companyId: query.companyId ?? null,
      from: query.from ? startOfDay(query.from, timeZone) : null,
      to: query.to ? startOfDay(addDays(query.to, 1), timeZone) : null,
      after: keys ? { at: keys[0] as string, id: keys[1] as string } : null,
      limit: limit + 1,
    });
    const shown = rows.slice(0, limit);
    const last = shown.at(-1);
    return { items: shown.map((row) => row.sale), nextCursor: rows.length > limit && last ? encodeCursor([last.at, last.row_id]) : null };
  }

  /** A sale is seen by whoever may see its seller or one of those who share it. */
  async get(id: string): Promise<Sale> {
    const sale = await this.repository.find(id);
    const owners = await this.visibility.visibleOwners('sales.read');
    const people = sale ? [sale.owner.id, ...sale.shares.map(({ user }) => user.id)] : [];
    if (!sale || (owners !== null && !people.some((person) => owners.includes(person)))) throw unknownSale();
    return sale;
  }

  async create(request: CreateSale): Promise<Sale> {
    const { now, userId } = currentContext();
    const empty = {
      companyId: null,
      productId: null,
      itemId: null,
      listId: null,
      occurredAt: now,
      agreedMinor: 0n,
      currency: '',
      credits: [],
      note: null,
    };
    const state = valuesOf({ ...empty, sellerId: request.ownerId ?? (userId as string) }, request);
    await this.assertPossible(state, { ...request, ownerId: state.sellerId });
    if (request.externalId !== undefined && (await this.repository.hasExternalId(request.externalId)))
      throw new DomainError('conflict', `There is a sale with the external id "${request.externalId}".`);
    const id = await this.write(state, { externalId: request.externalId ?? null, dayOnly: false }, null);
    await this.tellLists(state.listId);
    return this.get(id);
  }

  async correct(id: string, request: CorrectSale): Promise<Sale> {
    const before = await this.repository.lock(id);
    if (!before || !(await this.reaches(before.sellerId))) throw unknownSale();
    matchVersion(before.version);
    if (before.itemId !== null) ofDeal(request);
    const state = valuesOf(before, request);
    await this.assertPossible(state, request);
    await this.repository.close(id);
    // Whoever tells an instant knows the time of the day.
    const dayOnly = before.dayOnly && request.occurredAt === undefined;
    await this.write(state, { externalId: before.externalId, dayOnly }, { id, version: before.version });
    await this.tellLists(before.listId, state.listId);
    return this.get(id);
  }

  private async write(
    state: SaleState,
    kept: { externalId: string | null; dayOnly: boolean },
    before: { id: string; version: number } | null,
  ): Promise<string> {
    const { currency, timeZone } = currentContext();
    const foreign = state.currency !== currency;
    if (foreign) await this.rates.takeTurns('shared');
    const rating = foreign ? await this.rates.rating(state.currency, dayOf(state.occurredAt, timeZone)) : null;
    return this.repository.write(state, rowsOf(state, currency, rating), kept, before);
  }

  private async seesList(id: string): Promise<boolean> {
    const owner = await this.lists.ownerOf(id);
    const owners = await this.visibility.visibleOwners('deals.read');
    return owner !== null && (owners === null || owners.includes(owner));
  }

  /** The leads of these lists say when the first sale was and what all come to. */
  private async tellLists(...listIds: (string | null)[]): Promise<void> {
    const lists = listIds.filter((id) => id !== null);
    if (lists.length > 0) await this.lists.tellItems(await this.lists.itemsOf(lists));
  }

  private async reaches(ownerId: string): Promise<boolean> {
    const owners = await this.visibility.visibleOwners('sales.write');
    return owners === null || owners.includes(ownerId);
  }

  /** Refuses a sale ahead, and people and things that are not there. Credit may be given to anybody of the organisation. */
  private async assertPossible(state: SaleState, told: CorrectSale): Promise<void> {
    const { now } = currentContext();
    if (state.occurredAt > now)
      throw invalid([{ field: 'occurredAt', code: 'future', message: `occurredAt must not lie after now, ${now.toISOString()}` }]);
    const unknown = (field: string, what: string) => invalid([{ field, code: 'unknown', message: `There is no such ${what}` }]);
    if (told.ownerId && !((await this.reaches(told.ownerId)) && (await this.repository.exists('users', told.ownerId))))
      throw unknown('ownerId', 'person, or you may not record for them');
    if (told.companyId && !(await this.repository.exists('companies', told.companyId))) throw unknown('companyId', 'company');
    if (told.productId && !(await this.repository.exists('products', told.productId))) throw unknown('productId', 'product');
    if (told.listId && !(await this.seesList(told.listId))) throw unknown('listId', 'partner list, or you may not see it');
    for (const [n, { userId }] of creditsOf(told.shares ?? []).entries())
      if (!(await this.repository.exists('users', userId))) throw unknown(`shares.${n}.userId`, 'person');
  }
}

function unknownSale(): DomainError {
  return new DomainError('not_found', 'There is no such record, or you may not see it.');
}
