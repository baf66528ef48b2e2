import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { databaseUser } from './database-user.mjs';
import { secretsOf, stateFolder } from './state-folder.mjs';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'waymark-state-'));
  chmodSync(folder, 0o755);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('the data folder', () => {
  it('DX-01 is .data in the clone', () => {
    expect(stateFolder({ root: folder, user: undefined, env: {} })).toBe(join(folder, '.data'));
    expect(statSync(join(folder, '.data', 'logs')).isDirectory()).toBe(true);
  });

  it('DX-01 is DATA_DIR when that is set, seen from the clone', () => {
    expect(stateFolder({ root: folder, user: undefined, env: { DATA_DIR: 'elsewhere/deep' } })).toBe(join(folder, 'elsewhere', 'deep'));
  });

  it('DX-01 says so when it cannot be made', () => {
    writeFileSync(join(folder, 'file'), '');
    const DATA_DIR = join(folder, 'file', 'below');
    expect(() => stateFolder({ root: folder, user: undefined, env: { DATA_DIR } })).toThrow(
      `The data folder ${DATA_DIR} cannot be made or written (ENOTDIR). Set DATA_DIR to a folder that you may write.`,
    );
  });

  const user = databaseUser();
  (user ? it : it.skip)('DX-01 says so when the user that runs the database cannot enter it', () => {
    const closed = join(folder, 'closed');
    mkdirSync(closed, { mode: 0o700 });
    const DATA_DIR = join(closed, 'data');
    expect(() => stateFolder({ root: folder, user, env: { DATA_DIR } })).toThrow(
      `The data folder ${DATA_DIR} cannot be reached by the system user "${user?.name}", which runs the database. Set DATA_DIR to a folder outside closed home folders.`,
    );
  });

  it('PLAT-12 keeps its secrets for their owner alone, the same at every start', () => {
    const first = secretsOf(folder);
    expect(secretsOf(folder)).toEqual(first);
    expect(statSync(join(folder, 'secrets.json')).mode & 0o777).toBe(0o600);
    expect(first.jwtSecret).toHaveLength(48); // 24 random bytes in hexadecimal
  });
});
