import { createServer, connect, type AddressInfo, type Server, type Socket } from 'node:net';

/** A network between a process and its database that a spec can break: one small TCP proxy. */
export class FaultyNetwork {
  /** Milliseconds by which the server's bytes come late. */
  latencyMs = 0;
  /** Nothing passes and nothing is refused, as when a cable is cut; connections stay as they are. */
  silent = false;
  /** The next reply to a statement with this word never arrives: the connection breaks after the server has got the statement. */
  swallowReplyTo: string | null = null;
  /** How many replies were swallowed. */
  swallowed = 0;
  private readonly server: Server;
  private readonly pairs = new Set<{ near: Socket; far: Socket }>();
  private readonly target: URL;

  private constructor(target: string) {
    this.target = new URL(target);
    this.server = createServer((near) => this.join(near));
  }

  /** Stands between its callers and the database at that address. */
  static async before(target: string): Promise<FaultyNetwork> {
    const network = new FaultyNetwork(target);
    await new Promise<void>((resolve) => network.server.listen(0, '127.0.0.1', resolve));
    return network;
  }

  /** The same address, through this network. */
  through(url: string): string {
    const address = new URL(url);
    address.hostname = '127.0.0.1';
    address.port = String((this.server.address() as AddressInfo).port);
    return address.href;
  }

  /** Ends every connection abruptly (RST). */
  reset(): void {
    for (const { near, far } of this.pairs) {
      near.resetAndDestroy();
      far.destroy();
    }
  }

  /** The server's side ends, the client is not told: half open. */
  loseServerSide(): void {
    for (const { far } of this.pairs) far.destroy();
  }

  async close(): Promise<void> {
    for (const { near, far } of this.pairs) {
      near.destroy();
      far.destroy();
    }
    await new Promise((resolve) => this.server.close(resolve));
  }

  private join(near: Socket): void {
    const far = connect(Number(this.target.port || 5432), this.target.hostname);
    const pair = { near, far };
    let deaf = false;
    this.pairs.add(pair);
    for (const socket of [near, far]) socket.on('error', () => undefined);
    near.on('data', (bytes: Buffer) => {
      if (this.silent) return;
      if (this.swallowReplyTo !== null && bytes.includes(this.swallowReplyTo)) {
        this.swallowReplyTo = null;
        this.swallowed += 1;
        deaf = true;
      }
      far.write(bytes);
    });
    far.on('data', (bytes: Buffer) => {
      if (this.silent) return;
      if (deaf) near.destroy();
      else if (this.latencyMs === 0) near.write(bytes);
      else setTimeout(() => near.write(bytes), this.latencyMs);
    });
    near.on('close', () => {
      far.destroy();
      this.pairs.delete(pair);
    });
  }
}
