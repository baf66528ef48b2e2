import { HttpException } from '@nestjs/common';
import { DomainError, type ErrorCode } from '@waymark/kernel';
import type { FieldProblem, Problem } from '@waymark/contracts';

/** The domain's codes and the two that only HTTP knows. */
type ProblemCode = ErrorCode | 'method_not_allowed' | 'internal';

/** HTTP status and title of each code: the one table (PLAT-08). The compiler refuses a code without a row. */
export const problemTable: Record<ProblemCode, { status: number; title: string }> = {
  invalid: { status: 400, title: 'The request is not valid' },
  unauthenticated: { status: 401, title: 'Sign in first' },
  forbidden: { status: 403, title: 'You may not do this' },
  restricted: { status: 403, title: 'This is paused for now' },
  feature_disabled: { status: 403, title: 'This feature is off' },
  not_found: { status: 404, title: 'Not found' },
  method_not_allowed: { status: 405, title: 'This address does not take that method' },
  conflict: { status: 409, title: 'This does not fit the present state' },
  gone: { status: 410, title: 'No longer here' },
  precondition_failed: { status: 412, title: 'Someone changed this meanwhile' },
  precondition_required: { status: 428, title: 'Say which version you mean' },
  too_large: { status: 413, title: 'Too large' },
  unsupported: { status: 415, title: 'This content type is not taken' },
  unprocessable: { status: 422, title: 'This cannot be done as asked' },
  rate_limited: { status: 429, title: 'Too many requests' },
  internal: { status: 500, title: 'Something broke on our side' },
  unavailable: { status: 503, title: 'Not available just now' },
};

const codeOfStatus: Record<number, ProblemCode> = {
  400: 'invalid',
  401: 'unauthenticated',
  403: 'forbidden',
  404: 'not_found',
  405: 'method_not_allowed',
  406: 'unsupported',
  413: 'too_large',
  414: 'too_large',
  415: 'unsupported',
  429: 'rate_limited',
  503: 'unavailable',
};

interface DatabaseError {
  code?: string;
  constraint?: string;
  message?: string;
}

/** The problem document of anything that was thrown. Never a stack trace, never SQL. */
export function problemOf(error: unknown, requestId: string): Problem {
  const refusal = refusalOf(error);
  const { status, title } = problemTable[refusal.code];
  const { restriction, ...params } = refusal.params ?? {};
  return {
    type: `https://waymark.dev/problems/${refusal.code.replaceAll('_', '-')}`,
    title,
    status,
    code: refusal.code,
    detail: refusal.sentence,
    requestId,
    ...(refusal.fields?.length ? { errors: [...refusal.fields] } : {}),
    ...(Object.keys(params).length > 0 ? { params } : {}),
    ...(restriction ? { restriction: restriction as Record<string, unknown> } : {}),
  };
}

interface Refusal {
  code: ProblemCode;
  sentence: string;
  params?: Record<string, unknown>;
  fields?: readonly FieldProblem[];
}

const broken: Refusal = { code: 'internal', sentence: 'Something broke on our side. Name the request id when you ask for help.' };

function refusalOf(error: unknown): Refusal {
  if (error instanceof DomainError) return { code: error.code, sentence: error.message, params: error.params, fields: error.fields };
  if (error instanceof HttpException) {
    const code = codeOfStatus[error.getStatus()] ?? 'invalid';
    return { code, sentence: code === 'not_found' ? 'There is nothing at this address.' : sentenceOf(error) };
  }
  const status = (error as { statusCode?: number } | null)?.statusCode;
  if (status !== undefined && status >= 400 && status < 500) return { code: codeOfStatus[status] ?? 'invalid', sentence: sentenceOf(error as Error) };
  return ofDatabase(error as DatabaseError) ?? broken;
}

function sentenceOf(error: { message: string }): string {
  return error.message.endsWith('.') ? error.message : `${error.message}.`;
}

/** SQLSTATE classes: 22 bad value, 23 broken rule, 40 try again, 08/53/57/55P03 not available. Null for anything else: a bug. */
function ofDatabase(error: DatabaseError | null): Refusal | null {
  const state = error?.code ?? '';
  const params = { rule: error?.constraint };
  if (/^22/.test(state)) return { code: 'invalid', sentence: 'A value of the request cannot be stored as it is.' };
  if (state === '23505') return { code: 'conflict', sentence: 'There is already one like this.', params };
  if (state === '23P01') return { code: 'conflict', sentence: 'This overlaps with one that exists.', params };
  if (state === '23503') return { code: 'unprocessable', sentence: 'The request names something that does not exist or is still in use.', params };
  if (/^23/.test(state)) return { code: 'unprocessable', sentence: 'The request breaks a rule of the data.', params };
  if (/^(08|40|53|57)/.test(state) || state === '55P03' || isConnectionFailure(error))
    return { code: 'unavailable', sentence: 'The database is busy or restarting. Try again in a moment.' };
  return null;
}

function isConnectionFailure(error: DatabaseError | null): boolean {
  const text = `${error?.code ?? ''} ${error?.message ?? ''}`;
  return /ECONNREFUSED|ECONNRESET|EPIPE|ENOENT .*PGSQL|Connection terminated|timeout exceeded when trying to connect|Query read timeout|is not queryable|Cannot use a pool after/.test(
    text,
  );
}
