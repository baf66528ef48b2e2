import { readFileSync } from 'node:fs';

/** Where the shipped list lies, from `src` and from `dist` alike. */
const shipped = new URL('../../data/common-passwords.txt', import.meta.url);

/** Spellings that stand for letters: "p@ssw0rd" is "password". */
const lookalikes: Record<string, string> = { '0': 'o', '1': 'i', '3': 'e', '4': 'a', '5': 's', '7': 't', '@': 'a', $: 's', '!': 'i' };

/** Words of the person's surroundings that an attacker tries first: organisation, name, e-mail. */
export type ContextWords = readonly string[];

/** Why a password is refused; null when it may be used (reliability 3.4: no composition rules, only what is known or guessable). */
export type PasswordFault = 'common' | 'context' | 'pattern' | null;

/** The passwords that everybody tries first: the shipped file, or the operator's own with one password a line. */
export class CommonPasswords {
  private readonly known: ReadonlySet<string>;

  constructor(file: URL | string = shipped) {
    const lines = readFileSync(file, 'utf8').split('\n');
    this.known = new Set(lines.map((line) => line.trim().toLowerCase()).filter((line) => line !== '' && !line.startsWith('# ')));
  }

  /** How many passwords are known. */
  get size(): number {
    return this.known.size;
  }

  faultOf(password: string, context: ContextWords): PasswordFault {
    const lower = password.toLowerCase();
    if (this.known.has(lower)) return 'common';
    if (isSequence(lower) || this.isRepetition(lower)) return 'pattern';
    if (this.bases(lower).some((base) => base.length >= 4 && this.known.has(base))) return 'common';
    return isOfContext(lower, context) ? 'context' : null;
  }

  /** The word inside the padding: "P@ssword2026!" is "password" with decoration. */
  private bases(lower: string): string[] {
    const bare = trimmed(lower);
    const letters = (text: string) => [...text].map((character) => lookalikes[character] ?? character).join('');
    return [bare, letters(bare), trimmed(letters(lower))];
  }

  private isRepetition(lower: string): boolean {
    const unit = /^(.+?)\1+$/su.exec(lower)?.[1];
    return unit !== undefined && (unit.length <= 6 || this.known.has(unit));
  }
}

/** Without what is no letter at both ends. */
function trimmed(text: string): string {
  return text.replace(/^[^\p{L}]+|[^\p{L}]+$/gu, '');
}

/** "123456789012", "abcdefghijkl", "zyxwvutsrqpo": every character is the neighbour of the one before. */
function isSequence(text: string): boolean {
  const steps = new Set<number>();
  for (let at = 1; at < text.length; at += 1) {
    const step = text.charCodeAt(at) - text.charCodeAt(at - 1);
    steps.add(step === -9 ? 1 : step === 9 ? -1 : step); // after 9 comes 0
  }
  const [step] = steps;
  return steps.size === 1 && step !== undefined && Math.abs(step) <= 1;
}

/** Little is left when the words of the surroundings are taken out. */
function isOfContext(lower: string, context: ContextWords): boolean {
  const words = context.flatMap((text) => text.toLowerCase().split(/[^\p{L}\p{N}]+/u)).filter((word) => word.length >= 4);
  const joined = context.map((text) => text.toLowerCase().replaceAll(/[^\p{L}\p{N}]+/gu, '')).filter((word) => word.length >= 4);
  let rest = lower.replaceAll(/[^\p{L}\p{N}]+/gu, '');
  const before = rest.length;
  for (const word of [...joined, ...words].sort((one, other) => other.length - one.length)) rest = rest.replaceAll(word, '');
  return rest.length < before && rest.replaceAll(/\p{N}/gu, '').length < 5;
}
