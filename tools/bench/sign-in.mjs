import { spawn } from 'node:child_process';
import { Agent, request } from 'node:http';
import { fileURLToPath } from 'node:url';
import { isMainThread, parentPort, Worker } from 'node:worker_threads';
import { verdict } from './measure.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const port = 38413;
const address = `http://127.0.0.1:${port}`;
const seconds = 10;
const floodRate = 500;
const othersRate = 50;

/**
 * A flood of sign-ins with wrong passwords, each for another account from another address, so that no counter stops it: what do people notice who
 * are signed in already? (reliability 11, row 38)
 */
export async function signIns({ database, modules }) {
  console.log(`\nA flood of ${floodRate} sign-ins a second`);
  const password = 'long enough word';
  const admin = { name: 'Ada', email: 'ada@flood.example', password };
  await modules.createOrganisation(database.adminUrl, { slug: 'flood', name: 'Flood', zone: 'UTC', demo: true, admin });
  const env = { ...process.env, APP_DATABASE_URL: database.appUrl, JWT_SECRET: 'b'.repeat(40), LOG_LEVEL: 'warn', PORT: String(port) };
  const server = spawn(process.execPath, ['apps/api/dist/main.js'], {
    cwd: root,
    env: { ...env, TRUST_PROXY: '127.0.0.1', LIMIT_USER_PER_MINUTE: '0', LIMIT_TENANT_PER_MINUTE: '0' },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  try {
    await untilReady();
    const { accessToken } = await (await signIn('ada@flood.example', password, '198.51.100.1')).json();
    const headers = { authorization: `Bearer ${accessToken}` };
    await others(headers, 2);
    const calm = await others(headers, 5);
    const [flood, flooded] = await Promise.all([pour(), others(headers, seconds)]);
    const answers = Object.entries(flood).map(([status, count]) => `${count} x ${status}`);
    console.log(`  flood of ${seconds} s: ${answers.join(', ')}`);
    console.log(
      `  others, calm: p50 ${at(calm, 0.5)} ms, p99 ${at(calm, 0.99)} ms; in the flood: p50 ${at(flooded, 0.5)} ms, p99 ${at(flooded, 0.99)} ms`,
    );
    verdict('row 38, p99 of others in a flood of sign-ins, ms', '<= 150', at(flooded, 0.99), at(flooded, 0.99) <= 150);
  } finally {
    server.kill('SIGTERM');
  }
}

function signIn(email, password, from) {
  return fetch(`${address}/api/auth/sign-in`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-forwarded-for': from },
    body: JSON.stringify({ organisation: 'flood', email, password }),
  });
}

/** The flood, evenly spread, from a thread of its own so that its work does not disturb the measuring. Answers the count of each status. */
function pour() {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL(import.meta.url));
    worker.on('message', resolve);
    worker.on('error', reject);
  });
}

async function pourHere() {
  const agent = new Agent({ keepAlive: true, maxSockets: 200 });
  const counts = {};
  const count = (status) => (counts[status] = (counts[status] ?? 0) + 1);
  const send = (n) =>
    new Promise((resolve) => {
      const from = `10.${(n >> 16) & 255}.${(n >> 8) & 255}.${n & 255}`;
      const body = JSON.stringify({ organisation: 'flood', email: `nobody${n}@flood.example`, password: 'not the password' });
      const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), 'x-forwarded-for': from };
      const asked = request(`${address}/api/auth/sign-in`, { method: 'POST', agent, headers }, (answer) => {
        answer.resume().on('end', () => resolve(count(answer.statusCode)));
      });
      asked.on('error', () => resolve(count('no answer')));
      asked.end(body);
    });
  const asked = [];
  const begun = performance.now();
  for (let n = 0; n < floodRate * seconds;) {
    const due = Math.min(floodRate * seconds, ((performance.now() - begun) / 1000) * floodRate);
    for (; n < due; n += 1) asked.push(send(n));
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  await Promise.all(asked);
  agent.destroy();
  return counts;
}

/** Requests at a steady rate, whether or not the former were answered: milliseconds each, sorted. */
async function others(headers, forSeconds) {
  const times = [];
  const asked = [];
  for (let n = 0; n < forSeconds * othersRate; n += 1) {
    asked.push(
      (async () => {
        const begun = performance.now();
        const answer = await fetch(`${address}/api/me`, { headers });
        await answer.text();
        if (!answer.ok) throw new Error(`somebody who is signed in was refused: ${answer.status}`);
        times.push(performance.now() - begun);
      })(),
    );
    await new Promise((resolve) => setTimeout(resolve, 1000 / othersRate));
  }
  await Promise.all(asked);
  return times.sort((one, other) => one - other);
}

const at = (sorted, share) => Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] * 10) / 10;

async function untilReady() {
  for (let tries = 0; tries < 100; tries += 1) {
    const ready = await fetch(`${address}/api/health/live`).then(
      (answer) => answer.ok,
      () => false,
    );
    if (ready) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('the API did not start');
}

if (!isMainThread) parentPort?.postMessage(await pourHere());
