import { Injectable } from '@nestjs/common';
import type { CorrectTaskUpdate, CreateTaskUpdate, TaskUpdate, TaskUpdatePage, TaskUpdateQuery } from '@waymark/contracts';
import { DomainError } from '@waymark/kernel';
import { invalid } from '../../platform/http/validation.js';
import { pastInstant } from '../facts/fact-values.js';
import type { FactVersion } from '../facts/facts.repository.js';
import { FactsService } from '../facts/facts.service.js';
import { tasks, taskUpdates } from './work-tables.js';

/** How far tasks have come, by whoever may change them. */
@Injectable()
export class TaskUpdatesService {
  constructor(private readonly facts: FactsService) {}

  page(query: TaskUpdateQuery): Promise<TaskUpdatePage> {
    return this.facts.page<TaskUpdate>(taskUpdates, query);
  }

  get(id: string): Promise<TaskUpdate> {
    return this.facts.get<TaskUpdate>(taskUpdates, id);
  }

  async create(request: CreateTaskUpdate): Promise<TaskUpdate> {
    const task = await this.taskOf(request.taskId);
    const { externalId, note, progress } = request;
    const columns = { task_id: task.id, told_at: pastInstant(request.toldAt, 'toldAt'), progress };
    return this.facts.create<TaskUpdate>(taskUpdates, { externalId, note }, columns, { of: task });
  }

  correct(id: string, request: CorrectTaskUpdate): Promise<TaskUpdate> {
    return this.facts.correct<TaskUpdate>(taskUpdates, id, { note: request.note }, (before) => ({
      task_id: before['task_id'] as string,
      told_at: request.toldAt === undefined ? (before['told_at'] as Date) : pastInstant(request.toldAt, 'toldAt'),
      progress: request.progress ?? (before['progress'] as number),
    }));
  }

  private async taskOf(taskId: string): Promise<FactVersion> {
    try {
      return await this.facts.reached(tasks, taskId);
    } catch (error) {
      if (!(error instanceof DomainError && error.code === 'not_found')) throw error;
      throw invalid([{ field: 'taskId', code: 'unknown', message: 'There is no such task, or you may not change it' }]);
    }
  }
}
