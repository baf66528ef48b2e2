import { Injectable } from '@nestjs/common';
import type { CompanyUpdate, CompanyUpdatePage, CorrectCompanyUpdate, CreateCompanyUpdate, FactQuery, Money } from '@waymark/contracts';
import { dayOf, parseDecimal } from '@waymark/kernel';
import { invalid } from '../../platform/http/validation.js';
import { currentContext } from '../../platform/request-context.js';
import { pastDay, positiveUnits } from '../facts/fact-values.js';
import type { FactColumns } from '../facts/facts.repository.js';
import { FactsService } from '../facts/facts.service.js';
import { companyUpdates } from './work-tables.js';

const figures = ['paying_customers', 'arr_minor', 'retention', 'cac_minor', 'avg_deal_size_minor'] as const;
/** A share in ten-thousandths of a percentage point that a column of 64 bits and every product of it hold. */
const mostRetention = 10_000_000_000n;

/** What companies tell of themselves: typed figures as of a day. A figure that nobody told stays unknown; it is never zero. */
@Injectable()
export class CompanyUpdatesService {
  constructor(private readonly facts: FactsService) {}

  page(query: FactQuery): Promise<CompanyUpdatePage> {
    return this.facts.page<CompanyUpdate>(companyUpdates, query);
  }

  get(id: string): Promise<CompanyUpdate> {
    return this.facts.get<CompanyUpdate>(companyUpdates, id);
  }

  create(request: CreateCompanyUpdate): Promise<CompanyUpdate> {
    const { now, timeZone, currency } = currentContext();
    const nothing = Object.fromEntries(figures.map((figure) => [figure, null]));
    const columns = { ...asOf(request.asOfOn ?? dayOf(now, timeZone)), currency, ...nothing, ...told(request) };
    return this.facts.create<CompanyUpdate>(companyUpdates, request, assertSays(columns, request.note));
  }

  correct(id: string, request: CorrectCompanyUpdate): Promise<CompanyUpdate> {
    return this.facts.correct<CompanyUpdate>(companyUpdates, id, request, (before) => {
      const kept = Object.fromEntries(['currency', ...figures].map((column) => [column, before[column] ?? null]));
      const columns = { ...asOf(request.asOfOn ?? (before['as_of_on'] as string)), ...kept, ...told(request) };
      return assertSays(columns, request.note === undefined ? (before['note'] as string | null) : request.note);
    });
  }
}

function asOf(day: string): FactColumns {
  return { as_of_on: day, as_of: pastDay(day, 'asOfOn') };
}

/** The columns of the figures that are mentioned. */
function told(request: CorrectCompanyUpdate): FactColumns {
  const columns: FactColumns = {};
  if (request.payingCustomers !== undefined) columns['paying_customers'] = request.payingCustomers;
  if (request.retention !== undefined) columns['retention'] = request.retention === null ? null : share(request.retention);
  for (const [field, column] of [
    ['arr', 'arr_minor'],
    ['cac', 'cac_minor'],
    ['avgDealSize', 'avg_deal_size_minor'],
  ] as const) {
    const amount: Money | null | undefined = request[field];
    if (amount !== undefined) columns[column] = positiveUnits(amount, field);
  }
  return columns;
}

function share(text: string): string {
  const steps = parseDecimal(text, 4);
  if (steps > mostRetention) throw invalid([{ field: 'retention', code: 'max', message: 'retention must be at most 1,000,000 %' }]);
  return steps.toString();
}

function assertSays(columns: FactColumns, note: string | null | undefined): FactColumns {
  if (figures.every((figure) => columns[figure] === null) && !note)
    throw invalid([{ field: 'note', code: 'missing', message: 'Tell at least one figure, or a note' }]);
  return columns;
}
