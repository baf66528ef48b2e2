import { Injectable } from '@nestjs/common';
import type { CorrectTask, CreateTask, Task, TaskPage, TaskQuery, TaskState } from '@waymark/contracts';
import { invalid } from '../../platform/http/validation.js';
import { currentContext } from '../../platform/request-context.js';
import { pastInstant } from '../facts/fact-values.js';
import { FactsService } from '../facts/facts.service.js';
import { tasks } from './work-tables.js';

/** Tasks of people (SRC-06). What they are done for, later stages say by links of their own (Q119). */
@Injectable()
export class TasksService {
  constructor(private readonly facts: FactsService) {}

  page(query: TaskQuery): Promise<TaskPage> {
    return this.facts.page<Task>(tasks, query);
  }

  get(id: string): Promise<Task> {
    return this.facts.get<Task>(tasks, id);
  }

  create(request: CreateTask): Promise<Task> {
    const done = doneAt(request.state ?? 'open', request.doneAt, null);
    const { now } = currentContext();
    return this.facts.create<Task>(tasks, request, {
      title: request.title,
      due_on: request.dueOn ?? null,
      // What was done before it was recorded was begun before.
      opened_at: done.done_at !== null && done.done_at < now ? done.done_at : now,
      ...done,
    });
  }

  correct(id: string, request: CorrectTask): Promise<Task> {
    return this.facts.correct<Task>(tasks, id, request, (before) => ({
      title: request.title ?? (before['title'] as string),
      due_on: request.dueOn === undefined ? (before['due_on'] as string | null) : request.dueOn,
      opened_at: before['opened_at'] as Date,
      ...doneAt(request.state ?? (before['state'] as TaskState), request.doneAt, before['done_at'] as Date | null),
    }));
  }
}

/** State and when it was done: as told, as known before, else now. */
function doneAt(state: TaskState, told: string | undefined, before: Date | null): { state: TaskState; done_at: Date | null } {
  if (state !== 'done') {
    if (told !== undefined) throw invalid([{ field: 'doneAt', code: 'not_done', message: 'Only a task that is done was done at some time' }]);
    return { state, done_at: null };
  }
  return { state, done_at: told === undefined && before !== null ? before : pastInstant(told, 'doneAt') };
}
