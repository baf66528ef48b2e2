import { Injectable } from '@nestjs/common';
import type { CorrectInteraction, CreateInteraction, Interaction, InteractionPage, InteractionQuery } from '@waymark/contracts';
import { pastInstant } from '../facts/fact-values.js';
import { FactsService } from '../facts/facts.service.js';
import { interactions } from './work-tables.js';

/** Touch points with companies. */
@Injectable()
export class InteractionsService {
  constructor(private readonly facts: FactsService) {}

  page(query: InteractionQuery): Promise<InteractionPage> {
    return this.facts.page<Interaction>(interactions, query);
  }

  get(id: string): Promise<Interaction> {
    return this.facts.get<Interaction>(interactions, id);
  }

  create(request: CreateInteraction): Promise<Interaction> {
    return this.facts.create<Interaction>(interactions, request, {
      kind: request.kind,
      occurred_at: pastInstant(request.occurredAt, 'occurredAt'),
      topic: request.topic,
    });
  }

  correct(id: string, request: CorrectInteraction): Promise<Interaction> {
    return this.facts.correct<Interaction>(interactions, id, request, (before) => ({
      kind: request.kind ?? (before['kind'] as string),
      occurred_at: request.occurredAt === undefined ? (before['occurred_at'] as Date) : pastInstant(request.occurredAt, 'occurredAt'),
      topic: request.topic ?? (before['topic'] as string),
    }));
  }
}
