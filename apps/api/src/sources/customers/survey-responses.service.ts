import { Injectable } from '@nestjs/common';
import type { CorrectSurveyResponse, CreateSurveyResponse, FactQuery, SurveyResponse, SurveyResponsePage } from '@waymark/contracts';
import { surveyResponses } from './customer-tables.js';
import { FactsService } from '../facts/facts.service.js';
import { pastInstant } from '../facts/fact-values.js';

/** Answers of contacts to surveys. */
@Injectable()
export class SurveyResponsesService {
  constructor(private readonly facts: FactsService) {}

  page(query: FactQuery): Promise<SurveyResponsePage> {
    return this.facts.page<SurveyResponse>(surveyResponses, query);
  }

  get(id: string): Promise<SurveyResponse> {
    return this.facts.get<SurveyResponse>(surveyResponses, id);
  }

  create(request: CreateSurveyResponse): Promise<SurveyResponse> {
    return this.facts.create<SurveyResponse>(surveyResponses, request, {
      kind: request.kind,
      score: request.score,
      contact: contactOf(request.contact),
      answered_at: pastInstant(request.answeredAt, 'answeredAt'),
    });
  }

  correct(id: string, request: CorrectSurveyResponse): Promise<SurveyResponse> {
    return this.facts.correct<SurveyResponse>(surveyResponses, id, request, (before) => ({
      kind: before['kind'] as string,
      score: request.score ?? (before['score'] as number),
      contact: request.contact === undefined ? (before['contact'] as string) : contactOf(request.contact),
      answered_at: request.answeredAt === undefined ? (before['answered_at'] as Date) : pastInstant(request.answeredAt, 'answeredAt'),
    }));
  }
}

/** One spelling per contact, so that the last answer of each is found. */
function contactOf(text: string): string {
  return text.trim().toLowerCase();
}
