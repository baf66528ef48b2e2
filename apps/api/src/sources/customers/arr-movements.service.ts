import { Injectable } from '@nestjs/common';
import type { ArrMovement, ArrMovementKind, ArrMovementPage, CorrectArrMovement, CreateArrMovement, FactQuery } from '@waymark/contracts';
import { invalid } from '../../platform/http/validation.js';
import { currentContext } from '../../platform/request-context.js';
import { arrMovements } from './customer-tables.js';
import { FactsService } from '../facts/facts.service.js';
import { minorUnits, pastInstant } from '../facts/fact-values.js';

/** Movements of the recurring revenue of customers. */
@Injectable()
export class ArrMovementsService {
  constructor(private readonly facts: FactsService) {}

  page(query: FactQuery): Promise<ArrMovementPage> {
    return this.facts.page<ArrMovement>(arrMovements, query);
  }

  get(id: string): Promise<ArrMovement> {
    return this.facts.get<ArrMovement>(arrMovements, id);
  }

  create(request: CreateArrMovement): Promise<ArrMovement> {
    const amount = minorUnits(request.amount);
    assertSign(request.kind, amount);
    return this.facts.create<ArrMovement>(arrMovements, request, {
      kind: request.kind,
      amount_minor: amount.toString(),
      currency: currentContext().currency,
      occurred_at: pastInstant(request.occurredAt, 'occurredAt'),
    });
  }

  correct(id: string, request: CorrectArrMovement): Promise<ArrMovement> {
    return this.facts.correct<ArrMovement>(arrMovements, id, request, (before) => {
      const kind = request.kind ?? (before['kind'] as ArrMovementKind);
      const amount = request.amount ? minorUnits(request.amount) : BigInt(before['amount_minor'] as string);
      assertSign(kind, amount);
      return {
        kind,
        amount_minor: amount.toString(),
        currency: before['currency'] as string,
        occurred_at: request.occurredAt === undefined ? (before['occurred_at'] as Date) : pastInstant(request.occurredAt, 'occurredAt'),
      };
    });
  }
}

function assertSign(kind: ArrMovementKind, amount: bigint): void {
  const fits = kind === 'handover' ? amount === 0n : kind === 'contraction' || kind === 'churn' ? amount < 0n : amount > 0n;
  if (!fits)
    throw invalid([{ field: 'amount', code: 'sign', message: 'The amount is negative for contraction and churn, 0 for a handover, else positive' }]);
}
