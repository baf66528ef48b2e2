import { Injectable } from '@nestjs/common';
import {
  type ChangeExchangeRate,
  type CreateExchangeRate,
  type ExchangeRate,
  type ExchangeRatePage,
  limits,
  type PageQuery,
} from '@waymark/contracts';
import { dayOf, DomainError, parseDecimal, startOfDay } from '@waymark/kernel';
import { AuditTrail } from '../../platform/audit/audit-trail.js';
import { decodeCursor, encodeCursor } from '../../platform/http/cursor.js';
import { matchVersion } from '../../platform/http/if-match.js';
import { invalid } from '../../platform/http/validation.js';
import { currentContext } from '../../platform/request-context.js';
import { ExchangeRatesRepository } from './exchange-rates.repository.js';
import { SaleRates } from './sale-rates.repository.js';

/** A million units for one: beyond that somebody mistook a digit. */
const highest = 10n ** 16n;

/** What other currencies were worth. A sale is counted by the last rate on or before its day; when rates change, sales get new versions (SRC-08). */
@Injectable()
export class ExchangeRatesService {
  constructor(
    private readonly rates: ExchangeRatesRepository,
    private readonly sales: SaleRates,
    private readonly audit: AuditTrail,
  ) {}

  async page(query: PageQuery): Promise<ExchangeRatePage> {
    const limit = query.limit ?? limits.page.default;
    const keys = decodeCursor(query.cursor, 2);
    const rows = await this.rates.page(keys ? { currency: keys[0] as string, on: keys[1] as string } : null, limit + 1);
    const items = rows.slice(0, limit);
    const last = items.at(-1);
    return { items, nextCursor: rows.length > limit && last ? encodeCursor([last.currency, last.on]) : null };
  }

  async get(id: string): Promise<ExchangeRate> {
    const rate = await this.rates.find(id);
    if (!rate) throw new DomainError('not_found', 'There is no such rate.');
    return rate;
  }

  async create({ currency, on, rate }: CreateExchangeRate): Promise<ExchangeRate> {
    const context = currentContext();
    assertRate(rate);
    if (currency === context.currency)
      throw invalid([{ field: 'currency', code: 'own', message: `${currency} is what this organisation counts in; it needs no rate` }]);
    if (on > dayOf(context.now, context.timeZone))
      throw invalid([{ field: 'on', code: 'future', message: 'A rate of a day ahead is not known yet' }]);
    await this.sales.takeTurns('exclusive');
    const id = await this.rates.insert(currency, on, rate);
    if (!id) throw new DomainError('conflict', `There is a rate of ${currency} of that day. Correct it instead.`);
    await this.recount(currency, on);
    const made = await this.get(id);
    await this.audit.record({ action: 'exchange_rate.created', object: { type: 'exchange_rate', id }, after: { currency, on, rate: made.rate } });
    return made;
  }

  async change(id: string, { rate }: ChangeExchangeRate): Promise<ExchangeRate> {
    await this.sales.takeTurns('exclusive');
    const before = await this.get(id);
    matchVersion(before.version);
    assertRate(rate);
    await this.rates.update(id, rate);
    await this.recount(before.currency, before.on);
    const after = await this.get(id);
    await this.audit.record({
      action: 'exchange_rate.changed',
      object: { type: 'exchange_rate', id },
      before: { rate: before.rate },
      after: { rate: after.rate },
    });
    return after;
  }

  async remove(id: string): Promise<void> {
    await this.sales.takeTurns('exclusive');
    const before = await this.get(id);
    matchVersion(before.version);
    await this.rates.remove(id);
    await this.recount(before.currency, before.on);
    const { currency, on, rate } = before;
    await this.audit.record({ action: 'exchange_rate.removed', object: { type: 'exchange_rate', id }, before: { currency, on, rate } });
  }

  private async recount(currency: string, on: string): Promise<void> {
    const { timeZone, userId } = currentContext();
    await this.sales.waitLonger();
    return this.sales.recount([currency], startOfDay(on, timeZone), userId);
  }
}

function assertRate(rate: string): void {
  const steps = parseDecimal(rate, 10);
  if (steps <= 0n) throw invalid([{ field: 'rate', code: 'min', message: 'rate must be above 0' }]);
  if (steps > highest) throw invalid([{ field: 'rate', code: 'max', message: 'rate must not be above 1,000,000' }]);
}
