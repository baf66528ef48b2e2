import { Inject, Injectable } from '@nestjs/common';
import { Algorithm, hash, type Options, verify } from '@node-rs/argon2';
import { limits } from '@waymark/contracts';
import { DomainError, invalidField } from '@waymark/kernel';
import { availableParallelism } from 'node:os';
import { CONFIG, type Config } from '../config/config.js';
import { CommonPasswords, type ContextWords, type PasswordFault } from './common-passwords.js';
import { HashingGate } from './hashing-gate.js';

/** The least that OWASP recommends for argon2id: memory in KiB, passes. */
export const argon2Minimum = { memoryKib: 19_456, passes: 2 };

const sentences: Record<Exclude<PasswordFault, null>, string> = {
  common: 'This password, or the word inside it, is among those that everybody tries first. Choose another one, for example four unrelated words.',
  context: 'This password is made of your name, address or organisation. Choose one that nobody who knows you would try.',
  pattern: 'This password is a simple row or repetition. Choose another one, for example four unrelated words.',
};

// What is verified when there is no such person, so that the answer takes as long as for a wrong password. No password has this hash.
const nobody = 'c29tZSByYW5kb20gc2FsdA$0Jc1Vf0l8Yc5d1M0mJkZ3mQ2m4w3M2o1Yz0N9v8u7tE';

/** Stores a password: argon2id. For installers; the application goes through `Passwords`, which lets few hashes run at once. */
export function hashPassword(password: string, options: Options = optionsOf(argon2Minimum)): Promise<string> {
  return hash(password, options);
}

/** Two, or one where that is all that can be spared: a hash takes a whole core, and one core must be left for everybody else. */
const hashesAtOnce = () => Math.max(1, Math.min(2, availableParallelism() - 1));

/** Everything about passwords: what may be one, hashing, checking. At most two hashes at once, twenty wait, then 503 (SEC-03). */
@Injectable()
export class Passwords {
  private readonly gate = new HashingGate(hashesAtOnce());
  private readonly cost: { memoryKib: number; passes: number };
  private readonly file: string | undefined;
  private commonPasswords: CommonPasswords | undefined;

  constructor(@Inject(CONFIG) config: Config) {
    this.cost = { memoryKib: config.passwordMemoryKib, passes: config.passwordPasses };
    this.file = config.commonPasswordsFile ?? undefined;
  }

  /**
   * Work around a hash, its queries included, that waits for its turn as a whole: a flood of sign-ins then holds two connections of the pool and
   * not all. Throws `unavailable` when twenty wait already.
   */
  inTurn<T>(work: () => Promise<T>): Promise<T> {
    return this.gate.run(work);
  }

  /** Throws `invalid` naming the field when the password is too short, too long, known to everybody or made of the context's words. */
  assertAcceptable(password: string, context: ContextWords, field = 'password'): void {
    const { min, max } = limits.password;
    const length = [...password].length;
    if (length < min || length > max) throw invalidField(field, 'length', `A password has ${min} to ${max} characters.`);
    this.commonPasswords ??= new CommonPasswords(this.file);
    const fault = this.commonPasswords.faultOf(password, ['waymark', ...context]);
    if (fault) throw invalidField(field, `password_${fault}`, sentences[fault]);
  }

  /** The text to store. The password is taken exactly as it came: no trimming, no truncation, no change of case. */
  hash(password: string): Promise<string> {
    return this.gate.run(() => hashPassword(password, optionsOf(this.cost)));
  }

  /** Whether the password belongs to the stored text. With null (nobody) it takes the same time and answers false. */
  async matches(stored: string | null, password: string): Promise<boolean> {
    const against = stored ?? `$argon2id$v=19$m=${this.cost.memoryKib},t=${this.cost.passes},p=1$${nobody}`;
    const matches = await this.gate.run(() => verify(against, password));
    return matches && stored !== null;
  }

  /** Whether the stored text was made with less cost than is asked for now: hash again at the next sign-in. */
  isOutdated(stored: string): boolean {
    const found = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=\d+\$/.exec(stored);
    return !found || Number(found[1]) < this.cost.memoryKib || Number(found[2]) < this.cost.passes;
  }
}

function optionsOf(cost: { memoryKib: number; passes: number }): Options {
  // The library's enum exists as a type only; 2 is argon2id.
  return { algorithm: 2 as Algorithm, memoryCost: cost.memoryKib, timeCost: cost.passes, parallelism: 1 };
}

/** The refusal of a wrong present password when one changes it. */
export function wrongPresentPassword(field: string): DomainError {
  return invalidField(field, 'wrong_password', 'This is not your present password.');
}
