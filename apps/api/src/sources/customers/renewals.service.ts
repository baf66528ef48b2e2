import { Injectable } from '@nestjs/common';
import type { CorrectRenewal, CreateRenewal, FactQuery, Renewal, RenewalOutcome, RenewalPage } from '@waymark/contracts';
import { startOfDay } from '@waymark/kernel';
import { invalid } from '../../platform/http/validation.js';
import { currentContext } from '../../platform/request-context.js';
import { renewals } from './customer-tables.js';
import { FactsService } from '../facts/facts.service.js';
import { pastInstant, positiveUnits } from '../facts/fact-values.js';

/** Renewals of customers. */
@Injectable()
export class RenewalsService {
  constructor(private readonly facts: FactsService) {}

  page(query: FactQuery): Promise<RenewalPage> {
    return this.facts.page<Renewal>(renewals, query);
  }

  get(id: string): Promise<Renewal> {
    return this.facts.get<Renewal>(renewals, id);
  }

  create(request: CreateRenewal): Promise<Renewal> {
    const outcome = request.outcome ?? 'open';
    const { currency } = currentContext();
    return this.facts.create<Renewal>(renewals, request, {
      ...dueOn(request.dueOn),
      ...decision(outcome, request.decidedAt, request.dueOn, null),
      amount_minor: positiveUnits(request.amount ?? null),
      currency,
    });
  }

  correct(id: string, request: CorrectRenewal): Promise<Renewal> {
    return this.facts.correct<Renewal>(renewals, id, request, (before) => {
      const due = request.dueOn ?? (before['due_on'] as string);
      const outcome = request.outcome ?? (before['outcome'] as RenewalOutcome);
      return {
        ...dueOn(due),
        ...decision(outcome, request.decidedAt, due, before['decided_at'] as Date | null),
        amount_minor: request.amount === undefined ? (before['amount_minor'] as string | null) : positiveUnits(request.amount),
        currency: before['currency'] as string,
      };
    });
  }
}

function dueOn(day: string) {
  return { due_on: day, due_at: startOfDay(day, currentContext().timeZone) };
}

/** Outcome and when it was decided: as told, as known before, else on the due day and at the latest now. */
function decision(outcome: RenewalOutcome, told: string | undefined, due: string, before: Date | null) {
  if (outcome === 'open') {
    if (told !== undefined) throw invalid([{ field: 'decidedAt', code: 'open', message: 'An open renewal is not decided yet' }]);
    return { outcome, decided_at: null };
  }
  if (told !== undefined) return { outcome, decided_at: pastInstant(told, 'decidedAt') };
  const { now, timeZone } = currentContext();
  const start = startOfDay(due, timeZone);
  return { outcome, decided_at: before ?? (start < now ? start : now) };
}
