import { invalid } from './validation.js';

/** Limits of a JSON message (SEC-02): levels, keys in all, items of one array. */
export interface JsonLimits {
  depth: number;
  keys: number;
  items: number;
}

export const jsonLimits: JsonLimits = { depth: 32, keys: 2000, items: 1000 };

interface Level {
  /** Keys seen so far; null for an array. */
  keys: Set<string> | null;
  items: number;
}

/**
 * Refuses a JSON text that costs more than its size says, or that two readers would read differently: too deep, too many keys or items, a key twice.
 * It looks at strings and brackets only; the parser afterwards judges the rest.
 */
export function refuseCostlyJson(text: string, limits = jsonLimits): void {
  const levels: Level[] = [];
  let keysInAll = 0;
  const token = /"(?:[^"\\]|\\.)*"(\s*:)?|[{}[\],]/gsy;
  for (let at = nextToken(text, 0); at < text.length; at = nextToken(text, token.lastIndex)) {
    token.lastIndex = at;
    const found = token.exec(text);
    if (!found) return; // a string without an end: the parser says so
    const level = levels.at(-1);
    const [mark] = found;
    if (mark === '{' || mark === '[') {
      levels.push({ keys: mark === '{' ? new Set() : null, items: 0 });
      if (levels.length > limits.depth) refuse('body', 'too_deep', `The message is nested deeper than ${limits.depth} levels`);
    } else if (mark === '}' || mark === ']') levels.pop();
    else if (mark === ',') {
      if (level && !level.keys && ++level.items >= limits.items) refuse('body', 'too_many_items', `A list holds at most ${limits.items} items`);
    } else if (found[1] !== undefined && level?.keys) {
      const key = keyOf(mark.slice(0, -found[1].length));
      if (level.keys.has(key)) refuse(key.slice(0, 60), 'twice', `${key.slice(0, 60)} stands twice in the message`);
      level.keys.add(key);
      if (++keysInAll > limits.keys) refuse('body', 'too_many_keys', `A message holds at most ${limits.keys} keys`);
    }
  }
}

/** Where the next string, bracket or comma begins; the end of the text when there is none. */
function nextToken(text: string, from: number): number {
  marks.lastIndex = from;
  return marks.exec(text)?.index ?? text.length;
}

const marks = /["{}[\],]/g;

/** A key as the parser will read it: "\u0061" is "a". */
function keyOf(quoted: string): string {
  try {
    return JSON.parse(quoted) as string;
  } catch {
    return quoted;
  }
}

function refuse(field: string, code: string, message: string): never {
  throw invalid([{ field, code, message }]);
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The text of a JSON message: UTF-8 without a byte order mark, of the allowed cost, and JSON. */
export function parseJsonBody(body: Buffer, limits = jsonLimits): unknown {
  let text: string;
  try {
    text = utf8.decode(body);
  } catch {
    return refuse('body', 'utf8', 'The message must be UTF-8');
  }
  if (text.trim() === '') refuse('body', 'json', 'The message is empty');
  refuseCostlyJson(text, limits);
  try {
    return JSON.parse(text);
  } catch {
    return refuse('body', 'json', 'The message is not valid JSON');
  }
}
