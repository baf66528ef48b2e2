import { spawnSync } from 'node:child_process';

/**
 * @typedef {{ name: string, uid: number, gid: number }} DatabaseUser
 */

/**
 * The system user that PostgreSQL runs as. PostgreSQL refuses to run as root, so root borrows another account; everybody else runs it as
 * themselves (`undefined`).
 * @returns {DatabaseUser | undefined}
 */
export function databaseUser() {
  if (process.getuid?.() !== 0) return undefined;
  const existing = firstKnown(['postgres', '_postgres', 'waymark']);
  if (existing) return existing;
  // No such account (a bare container): make a locked system account, or borrow the one that every system has.
  spawnSync('useradd', ['--system', '--no-create-home', '--shell', '/usr/sbin/nologin', 'waymark'], { stdio: 'ignore' });
  const made = firstKnown(['waymark', 'nobody']);
  if (!made) throw new Error('PostgreSQL cannot run as root and no other system user could be found or made. Run this command as a normal user.');
  return made;
}

/** @param {string[]} names */
function firstKnown(names) {
  for (const name of names) {
    const uid = numericId(['-u', name]);
    const gid = numericId(['-g', name]);
    if (uid && gid) return { name, uid, gid };
  }
  return undefined;
}

/** @param {string[]} args */
function numericId(args) {
  const { status, stdout } = spawnSync('id', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  return status === 0 ? Number(stdout.trim()) : undefined;
}

/**
 * Spawn options that run a child as that user.
 * @param {DatabaseUser | undefined} user
 */
export function asUser(user) {
  return user ? { uid: user.uid, gid: user.gid } : {};
}
