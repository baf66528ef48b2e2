import { describe, expect, it } from '@jest/globals';
import { DomainError } from '@waymark/kernel';
import { readConfig } from '../config/config.js';
import { CommonPasswords } from './common-passwords.js';
import { HashingGate } from './hashing-gate.js';
import { Passwords } from './passwords.service.js';

const env = { APP_DATABASE_URL: 'postgres://waymark_app:x@db/waymark', JWT_SECRET: 'x'.repeat(40) };
const passwords = new Passwords(readConfig('api', env));
const context = ['hardware', 'Hardware Sales', 'Ada Admin', 'ada.admin@hardware.example'];

const refusalOf = (password: string) => {
  try {
    passwords.assertAcceptable(password, context, 'newPassword');
    return null;
  } catch (error) {
    return (error as DomainError).fields[0]?.code;
  }
};

describe('passwords', () => {
  it('SEC-03 (passwords) ships a list of at least 3,000 common passwords that the length rule alone would let pass', () => {
    const list = new CommonPasswords();
    expect(list.size).toBe(25_000); // 20,000 of 12 characters and more, 5,000 shorter ones
    expect(list.faultOf('leavemealone', [])).toBe('common');
  });

  it.each([
    ['eleven chars', 'tiny violet', 'length'],
    ['129 characters', 'violet kettle '.repeat(10).slice(0, 129), 'length'],
    ['one of the list', 'LeaveMeAlone', 'password_common'],
    ['one of the list with decoration', 'P@ssw0rd2026!', 'password_common'],
    ['a repeated common one', 'sunshinesunshinesunshine', 'password_pattern'],
    ['one character', '§§§§§§§§§§§§§§', 'password_pattern'],
    ['a repeated piece', 'xk7xk7xk7xk7xk7', 'password_pattern'],
    ['a row', '567890123456789', 'password_pattern'],
    ['a row backwards', 'zyxwvutsrqponm', 'password_pattern'],
    ['the organisation', 'Hardware-Sales-2026', 'password_context'],
    ['the person', 'ada.admin1234567', 'password_context'],
    ['the product', 'waymark-waymark-1', 'password_context'],
  ])('SEC-03 (passwords) refuses %s', (_what, password, code) => {
    expect(refusalOf(password)).toBe(code);
  });

  it.each([
    ['64 characters', 'a clear violet kettle sings to eleven quiet engineers at noon ok'],
    ['128 characters', 'a clear violet kettle sings to eleven quiet engineers at noon ok'.repeat(2)],
    ['spaces and a leading blank', '  violet kettle sings'],
    ['emoji', 'kettle 🫖 sings at 🌙'],
    ['a word of the surroundings among others', 'violet hardware kettle sings'],
    ['letters only, for there are no composition rules', 'kettlesingsatnoon'],
  ])('SEC-03 (passwords) case 87: takes %s', (_what, password) => {
    expect(refusalOf(password)).toBeNull();
  });

  it('SEC-03 (passwords) case 87: hashes argon2id with 19,456 KiB and two passes, over every character', async () => {
    const long = 'a clear violet kettle sings to eleven quiet engineers at noon ok'.repeat(2);
    const stored = await passwords.hash(long);
    expect(stored).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(await passwords.matches(stored, long)).toBe(true);
    expect(await passwords.matches(stored, `${long.slice(0, 127)}!`)).toBe(false);
    expect(await passwords.matches(stored, ` ${long.slice(1)}`)).toBe(false);
    expect(await passwords.matches(null, long)).toBe(false);
  });

  it('SEC-03 (passwords) asks for a new hash when the cost was raised, and only then', async () => {
    const stored = await passwords.hash('violet kettle sings');
    const dearer = new Passwords(readConfig('api', { ...env, PASSWORD_PASSES: '3' }));
    expect([passwords.isOutdated(stored), dearer.isOutdated(stored), passwords.isOutdated('$2b$12$abc')]).toEqual([false, true, true]);
  });

  it('SEC-03 (passwords) lets two hashes run, twenty wait, and sends the next one away with 503', async () => {
    const gate = new HashingGate();
    let running = 0;
    let most = 0;
    const ends: (() => void)[] = [];
    const work = () => {
      running += 1;
      most = Math.max(most, running);
      return new Promise<void>((resolve) => ends.push(resolve)).finally(() => (running -= 1));
    };
    const asked = Array.from({ length: 22 }, () => gate.run(work));
    expect([gate.full, ends.length]).toEqual([true, 2]);
    await expect(gate.run(work)).rejects.toMatchObject({ code: 'unavailable' });
    const drain = setInterval(() => ends.shift()?.(), 0);
    await Promise.all(asked);
    clearInterval(drain);
    expect(most).toBe(2);
    expect(gate.full).toBe(false);
  });
});
