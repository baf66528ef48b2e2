/** Every way in which the domain says no. The API maps each to one HTTP status, exhaustively. */
export const errorCodes = [
  'invalid',
  'unauthenticated',
  'forbidden',
  'restricted',
  'feature_disabled',
  'not_found',
  'conflict',
  'gone',
  'precondition_failed',
  'precondition_required',
  'too_large',
  'unsupported',
  'unprocessable',
  'rate_limited',
  'unavailable',
] as const;

export type ErrorCode = (typeof errorCodes)[number];

/** What is wrong with one field: its path, a stable code and one sentence. */
export interface FieldError {
  field: string;
  code: string;
  message: string;
}

export interface DomainErrorDetails {
  /** Facts behind the code, served as they are: never secrets. */
  params?: Record<string, unknown>;
  fields?: readonly FieldError[];
}

/** A refusal with a stable code and one English sentence (PLAT-08); anything else that is thrown is a defect. */
export class DomainError extends Error {
  readonly params: Record<string, unknown>;
  readonly fields: readonly FieldError[];

  constructor(
    readonly code: ErrorCode,
    sentence: string,
    details: DomainErrorDetails = {},
  ) {
    super(sentence);
    this.name = 'DomainError';
    this.params = details.params ?? {};
    this.fields = details.fields ?? [];
  }
}

/** Shorthand for the commonest refusal: one field holds something it cannot hold. */
export function invalidField(field: string, code: string, message: string): DomainError {
  return new DomainError('invalid', message, { fields: [{ field, code, message }] });
}
