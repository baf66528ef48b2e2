import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '../config/config.js';
import { networkOf } from '../platform/limits/address-key.js';
import { type LimitRule, SharedLimits } from '../platform/limits/shared-limits.js';
import type { Circumstances } from './circumstances.js';
import { DeviceMarks } from './device-marks.js';

/** An attempt that was let through. */
export interface SignInAttempt {
  /** It was the right password: it does not count. */
  succeeded(): Promise<void>;
  /** It was never tried: it does not count. */
  withdrawn(): Promise<void>;
}

const hour = 3600;
const freeGuesses = 5;
const longestPause = 900;

/**
 * How often passwords may be guessed (reliability 3.5): so many per minute for one account from one address, so many per hour for one account
 * from all strangers together, with a growing pause in between, so many per hour from one address. Devices on which the account was signed in to
 * before have counters of their own: strangers cannot lock the owner out. Every attempt counts before its password is looked at, so that attempts
 * at the same time cannot slip through; the right password is taken back.
 */
@Injectable()
export class SignInThrottle {
  private readonly rules: Record<'pair' | 'account' | 'pause' | 'address', LimitRule>;

  constructor(
    @Inject(CONFIG) config: Config,
    private readonly limits: SharedLimits,
    private readonly marks: DeviceMarks,
  ) {
    const { signInPerMinute, signInPerHour, signInPerAddressPerHour } = config.limits;
    const sentence = 'Too many wrong sign-ins.';
    this.rules = {
      pair: { name: 'sign-in-minute', points: signInPerMinute, seconds: 60, sentence },
      account: { name: 'sign-in-hour', points: signInPerHour, seconds: hour, sentence },
      pause: { name: 'sign-in-pause', points: signInPerHour, seconds: longestPause, sentence },
      address: { name: 'sign-in-address', points: signInPerAddressPerHour, seconds: hour, sentence: 'Too many wrong sign-ins from this network.' },
    };
  }

  /** Lets an attempt through or throws `rate_limited`. Says nothing about whether the account exists. */
  async begin(account: string, from: Circumstances): Promise<SignInAttempt> {
    const device = this.marks.idOf(account, from.deviceCookie);
    const network = networkOf(from.address);
    const who = device ? `${account}\n${device}` : account;
    const pair = device ? who : `${account}\n${network}`;
    const taken: [LimitRule, string][] = [];
    const take = async (rule: LimitRule, key: string) => {
      const count = await this.limits.take(rule, key);
      taken.push([rule, key]);
      return count;
    };
    const giveBack = async () => {
      for (const [rule, key] of taken) await this.limits.giveBack(rule, key);
    };
    try {
      await this.limits.assertNoPause(this.rules.pause, who);
      if (!device) await take(this.rules.address, network);
      await take(this.rules.pair, pair);
      const count = await take(this.rules.account, who);
      if (count > freeGuesses) await this.limits.pause(this.rules.pause, who, Math.min(2 ** (count - freeGuesses), longestPause));
    } catch (error) {
      await giveBack(); // refused: no password was looked at
      throw error;
    }
    return {
      succeeded: async () => {
        await giveBack();
        await this.limits.forget(this.rules.pause, who);
        await this.limits.forget(this.rules.pair, pair);
      },
      withdrawn: giveBack,
    };
  }
}
