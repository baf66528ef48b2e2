/** Words by which free text may name a person: name, e-mail, the id elsewhere. Shorter ones than this would hit innocent text. */
export const shortestMention = 3;

/** How free text may name a person: as whole words, in whatever case. */
export interface Mentions {
  /** For PostgreSQL's regular expressions, to be matched without regard to case. */
  readonly pattern: string;
  /** The same question, asked of one text. */
  isIn(text: string): boolean;
}

/** The mentions of a person with these words. Null: nothing to look for. */
export function mentionsOf(words: readonly (string | null)[]): Mentions | null {
  const known = [...new Set(words.filter((word): word is string => word !== null && word.trim().length >= shortestMention))];
  if (known.length === 0) return null;
  const longestFirst = known.toSorted((a, b) => b.length - a.length);
  const expression = anyWord(longestFirst);
  return {
    pattern: `(?<![[:alnum:]])(?:${longestFirst.map((word) => word.replace(/[^\p{L}\p{N}\s]/gu, '\\$&')).join('|')})(?![[:alnum:]])`,
    isIn: (text) => new RegExp(expression, 'iu').test(text),
  };
}

/** A JavaScript expression (flags `iu`) for any of the texts as whole words. */
export function anyWord(texts: readonly string[]): string {
  const escaped = texts.map((text) => text.replace(/[^\p{L}\p{N}\s]/gu, (sign) => `\\u{${sign.codePointAt(0)?.toString(16)}}`));
  return `(?<![\\p{L}\\p{N}])(?:${escaped.join('|')})(?![\\p{L}\\p{N}])`;
}

/** Name of an erased person: the last four places of the id, which stays the same when a backup is erased again. */
export function pseudonymOf(userId: string): string {
  return `Erased person ${userId.slice(-4).toUpperCase()}`;
}
