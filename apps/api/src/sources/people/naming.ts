import { DomainError } from '@waymark/kernel';

const fieldOf: Record<string, [field: string, message: string]> = {
  uq_users_email: ['email', 'Somebody of the organisation has this e-mail address'],
  uq_users_external: ['externalId', 'Somebody of the organisation has this external id'],
  uq_teams_external: ['externalId', 'A team of the organisation has this external id'],
  ex_absences: ['fromOn', 'The person is away on some of these days already'],
  ex_team_memberships: ['fromOn', 'The person is in this team on some of these days already'],
  ex_team_memberships_primary: ['primary', 'The person has another primary team on some of these days'],
};

/** Runs a write; a uniqueness that the database refuses becomes a conflict that names the field, also when two requests race. */
export async function namingFields<T>(write: Promise<T>): Promise<T> {
  try {
    return await write;
  } catch (error) {
    const named = fieldOf[(error as { constraint?: string }).constraint ?? ''];
    if (!named) throw error;
    throw conflictOf(named[0], named[1]);
  }
}

/** A conflict with what exists, at one field. */
export function conflictOf(field: string, message: string): DomainError {
  return new DomainError('conflict', `${message}.`, { fields: [{ field, code: 'conflict', message }] });
}

/** Removes what was never used; what others refer to stays and is archived or ended instead. */
export async function unlessUsed(removal: Promise<unknown>, sentence: string): Promise<void> {
  try {
    await removal;
  } catch (error) {
    if ((error as { code?: string }).code === '23503') throw new DomainError('conflict', sentence);
    throw error;
  }
}
