/**
 * Runs PostgreSQL and stops it as soon as the process that asked for it is gone, however it went (the channel to it closes even after
 * kill -9). Started by `database-cluster.mjs`, detached, so that Ctrl-C in the terminal reaches the starter alone.
 */
import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';

const { program, args, dataDir, ids, env, removeOnExit } = JSON.parse(process.argv[2] ?? '{}');
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, stop);
process.on('disconnect', stop);

const server = spawn(program, args, { cwd: dataDir, env, stdio: ['ignore', 'inherit', 'inherit'], ...ids });
let stopping = false;
server.on('error', () => process.exit(1));
server.on('exit', (code) => {
  if (removeOnExit) rmSync(removeOnExit, { recursive: true, force: true });
  process.exit(stopping ? 0 : (code ?? 1));
});
if (!process.connected) stop();

function stop() {
  if (stopping) return;
  stopping = true;
  server.kill('SIGINT'); // fast shutdown: open transactions are rolled back
  setTimeout(() => server.kill('SIGQUIT'), 15_000).unref();
  setTimeout(() => server.kill('SIGKILL'), 20_000).unref();
}
