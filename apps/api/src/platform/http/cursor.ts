import { invalid } from './validation.js';

/** Packs the sort keys of a page's last row into an opaque cursor. */
export function encodeCursor(keys: readonly (string | number | null)[]): string {
  return Buffer.from(JSON.stringify(keys)).toString('base64url');
}

/** Unpacks a cursor of `length` text keys; anything else is a problem of the field `cursor`. */
export function decodeCursor(cursor: string | undefined, length: number): string[] | null {
  if (cursor === undefined) return null;
  try {
    const keys: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (Array.isArray(keys) && keys.length === length && keys.every((key) => typeof key === 'string' && !key.includes('\u0000')))
      return keys as string[];
  } catch {
    // falls through to the same answer
  }
  throw invalid([{ field: 'cursor', code: 'cursor', message: 'cursor must be the nextCursor of the page before' }]);
}
