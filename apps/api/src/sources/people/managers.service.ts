import { Injectable } from '@nestjs/common';
import { type Manager, ManagersRepository } from './managers.repository.js';

export type { Manager };

/** Who is above whom, for every stage that tells somebody or lets somebody decide (Q79, Q108). Days are those of the organisation's clock. */
@Injectable()
export class ManagersService {
  constructor(private readonly repository: ManagersRepository) {}

  /** The manager of each person; nobody only when the organisation has no other active leader above and no admin. */
  of(userIds: readonly string[]): Promise<Map<string, Manager>> {
    return this.repository.of(userIds);
  }

  /** Which of these people lead a team of the subject, or one above it, today. Whoever has left leads nobody. */
  leadersAbove(subjectId: string, candidates: readonly string[]): Promise<Set<string>> {
    return this.repository.leadersAbove(subjectId, candidates);
  }

  /** Ids of the active administrators. */
  admins(): Promise<string[]> {
    return this.repository.admins();
  }

  /** Names by id. */
  names(userIds: readonly string[]): Promise<Map<string, string>> {
    return this.repository.names(userIds);
  }
}
