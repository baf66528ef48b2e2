import autocannon from 'autocannon';
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { shown, spread } from './measure.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Starts a server as a process of its own and waits until it answers. `args` are those of node, from the root of the repository. */
export async function serve(args, env, probe) {
  const child = spawn(process.execPath, args, { cwd: root, env, stdio: ['ignore', 'ignore', 'inherit'] });
  for (let tries = 0; tries < 100; tries += 1) {
    if (
      await fetch(probe).then(
        (answer) => answer.ok,
        () => false,
      )
    )
      return child;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${args[0]} did not start`);
}

/** Settings of an API that nothing stops but its own speed: requests are counted as in production; only the figures are out of reach. */
export function apiSettings(database, more = {}) {
  const unreachable = { LIMIT_USER_PER_MINUTE: '1000000000', LIMIT_TENANT_PER_MINUTE: '1000000000', LIMIT_ADDRESS_PER_MINUTE: '1000000000' };
  return { ...process.env, APP_DATABASE_URL: database.appUrl, JWT_SECRET: 'b'.repeat(40), DEMO: '1', LOG_LEVEL: 'warn', ...unreachable, ...more };
}

/**
 * Asks each address in turns with 16 connections; prints and answers the medians of requests per second and CPU microseconds per request.
 * @param {Record<string, { url: string, child: import('node:child_process').ChildProcess, headers?: Record<string, string>, method?: string, body?: string }>} contestants
 */
export async function compareServers(contestants, { rounds = 5, seconds = 2 } = {}) {
  const figures = Object.fromEntries(Object.keys(contestants).map((name) => [name, { rps: [], cpu: [] }]));
  for (let round = 0; round <= rounds; round += 1)
    for (const [name, { url, child, headers = {}, method = 'GET', body }] of Object.entries(contestants)) {
      const before = cpuSeconds(child.pid);
      const result = await autocannon({ url, connections: 16, duration: seconds, headers, method, body });
      if (result.non2xx > 0 || result.errors > 0) throw new Error(`${name}: ${result.non2xx} refusals, ${result.errors} errors`);
      if (round === 0) continue;
      figures[name].rps.push(result.requests.average);
      figures[name].cpu.push(((cpuSeconds(child.pid) - before) / result.requests.total) * 1e6);
    }
  for (const [name, { rps, cpu }] of Object.entries(figures))
    console.log(`  ${name}: ${shown(spread(rps), 'req/s')}; server CPU ${shown(spread(cpu), 'us/req')}`);
  return Object.fromEntries(Object.entries(figures).map(([name, { rps, cpu }]) => [name, { rps: spread(rps).med, cpu: spread(cpu).med }]));
}

/** CPU seconds of a process so far, user and system. */
function cpuSeconds(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

/** A bearer token of a demo person. */
export async function tokenOf(address, organisation, userId) {
  const session = await fetch(`${address}/api/auth/sign-in-as`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ organisation, userId }),
  });
  return (await session.json()).accessToken;
}
