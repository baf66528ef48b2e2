import { DomainError } from '@waymark/kernel';

/** "Not so fast": the refusal behind 429, with the seconds until it makes sense to ask again. */
export function tooMany(sentence: string, limit: number, waitMs: number): DomainError {
  const retryAfterSeconds = Math.max(1, Math.ceil(waitMs / 1000));
  return new DomainError('rate_limited', `${sentence} Try again in ${inWords(retryAfterSeconds)}.`, { params: { limit, retryAfterSeconds } });
}

function inWords(seconds: number): string {
  if (seconds < 120) return seconds === 1 ? 'a second' : `${seconds} seconds`;
  return `${Math.ceil(seconds / 60)} minutes`;
}
