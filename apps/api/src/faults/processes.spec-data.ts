import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { compileCache } from './own-build.spec-data.js';

interface Logins {
  appUrl: string;
  workerUrl: string;
}

/** How a process of the product is started: from which build (the fleet's unless told otherwise), with which settings and modules loaded before it. */
export interface Start {
  root?: string;
  settings?: Record<string, string>;
  preload?: readonly string[];
}

const secret = 'x'.repeat(40);
/** Nobody is left behind when the spec itself is killed: the channel to it closes. */
const endsWithSpec = `data:text/javascript,${encodeURIComponent(`process.on('disconnect', () => process.exit(1)); process.channel?.unref();`)}`;

/** One process of the product, as `npm start` and the containers run it, that a spec may signal, stop and kill. */
export class Replica {
  private child: ChildProcess;
  private said = '';

  constructor(
    private readonly script: string,
    private readonly env: Record<string, string | undefined>,
    private readonly start: Start & { root: string },
  ) {
    this.child = this.spawn();
  }

  get alive(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** What it printed, for a failed expectation. */
  get words(): string {
    return this.said;
  }

  /** Bytes of memory that it holds now; 0 when it has ended. */
  get memory(): number {
    try {
      return 1024 * Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${this.child.pid}/status`, 'utf8'))?.[1] ?? 0);
    } catch {
      return 0;
    }
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** As a power failure does it. */
  async kill(): Promise<void> {
    await this.end('SIGKILL');
  }

  /** Asks it to end; answers the milliseconds until it was gone. */
  async end(signal: NodeJS.Signals = 'SIGTERM'): Promise<number> {
    if (!this.alive) return 0;
    const begun = Date.now();
    const gone = once(this.child, 'close'); // it has ended, and all that it said was read
    this.child.kill(signal);
    await gone;
    return Date.now() - begun;
  }

  /** Starts it anew with the same settings, as a supervisor does. */
  again(): void {
    this.child = this.spawn();
  }

  private spawn(): ChildProcess {
    const { root, preload = [] } = this.start;
    const env = { ...this.env, NODE_COMPILE_CACHE: compileCache(root) };
    const imports = [endsWithSpec, ...preload].flatMap((module) => ['--import', module]);
    const child = spawn(process.execPath, [...imports, this.script], { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
    child.channel?.unref();
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (bytes: Buffer) => (this.said = (this.said + String(bytes)).slice(-400_000)));
    return child;
  }
}

/** An API process with its address, which stays the same when it is started anew. */
export class ApiReplica extends Replica {
  constructor(
    readonly url: string,
    ...rest: ConstructorParameters<typeof Replica>
  ) {
    super(...rest);
  }

  /** Waits until it takes requests. */
  async ready(): Promise<this> {
    for (let waited = 0; waited < 60_000; waited += 25) {
      if (!this.alive) throw new Error(`the API ended:\n${this.words}`);
      const status = await fetch(`${this.url}/api/health/live`).then(
        (answer) => answer.status,
        () => 0,
      );
      if (status === 200) return this;
      await sleep(25);
    }
    throw new Error(`the API did not get ready:\n${this.words}`);
  }
}

/** The processes of one spec: started here, ended here. */
export class Fleet {
  private readonly running: Replica[] = [];

  /** `root`: the folder of the build that is run. */
  constructor(
    private readonly database: Logins,
    private readonly root: string,
  ) {}

  async api(start: Start = {}): Promise<ApiReplica> {
    const port = await freePort();
    const env = {
      ...common(start),
      APP_DATABASE_URL: this.database.appUrl,
      JWT_SECRET: secret,
      DEMO: '1',
      PORT: String(port),
      RATE_LIMITS: 'off',
      ...start.settings,
    };
    const replica = new ApiReplica(`http://127.0.0.1:${port}`, 'apps/api/dist/main.js', env, { root: this.root, ...start });
    this.running.push(replica);
    return replica.ready();
  }

  worker(start: Start = {}): Replica {
    const env = { ...common(start), WORKER_DATABASE_URL: this.database.workerUrl, ...start.settings };
    const replica = new Replica('apps/api/dist/worker.js', env, { root: this.root, ...start });
    this.running.push(replica);
    return replica;
  }

  async close(): Promise<void> {
    await Promise.all(this.running.map((replica) => replica.kill()));
  }
}

function common(start: Start): Record<string, string | undefined> {
  return { PATH: process.env['PATH'], LOG_LEVEL: 'error', ...start.settings };
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}
