import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, createServer as createTcpServer, type Server as TcpServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isPublicAddress } from './addresses.js';
import { GuardedClient, type OutgoingSettings } from './guarded-client.js';

// Hosts in every spelling that has led somewhere private. What is no address in the eyes of the URL standard is refused as well.
const spellings = [
  ...['127.0.0.1', '127.1', '127.0.1', '127.255.255.254', '2130706433', '0x7f000001', '0x7f.1', '0x7f.0.0.1', '017700000001', '0177.0.0.1', '0177.1'],
  ...['0.0.0.0', '0', '0x0', '0.0.0.1', '00.0.0.0', '127.0.0.1.', '①②⑦.⓪.⓪.①', '127。0。0。1', '%31%32%37.0.0.1', '１２７.0.0.1'],
  ...['10.0.0.1', '10.255.255.255', '172.16.0.1', '172.31.255.255', '192.168.0.1', '192.168.1.1', '3232235777', '0xc0a80101', '0xA000001'],
  ...[
    '169.254.169.254',
    '0xa9fea9fe',
    '2852039166',
    '169.254.0.1',
    '0251.0376.0251.0376',
    '100.64.0.1',
    '100.127.255.254',
    '198.18.0.1',
    '198.19.255.255',
  ],
  ...['192.0.0.1', '192.0.2.1', '198.51.100.1', '203.0.113.1', '224.0.0.1', '239.255.255.250', '240.0.0.1', '255.255.255.255', '192.88.99.1'],
  ...['[::1]', '[::]', '[0:0:0:0:0:0:0:1]', '[::ffff:127.0.0.1]', '[::ffff:7f00:1]', '[::ffff:a9fe:a9fe]', '[::ffff:0:127.0.0.1]', '[::127.0.0.1]'],
  ...[
    '[64:ff9b::7f00:1]',
    '[64:ff9b::169.254.169.254]',
    '[64:ff9b:1::1]',
    '[2002:7f00:1::]',
    '[2001::1]',
    '[2001:db8::1]',
    '[fc00::1]',
    '[fd00:ec2::254]',
  ],
  ...['[fe80::1]', '[fec0::1]', '[ff02::1]', '[100::1]', '[2001:10::1]', '[::ffff:10.0.0.1]', '[5f00::1]', '[3fff::1]', '[4000::1]'],
  ...['localhost', 'LOCALHOST', 'localhost.', 'sub.localhost', 'private.example', 'mixed.example', 'mapped.example', 'nothing.example'],
];

const names: Record<string, string[]> = {
  'private.example': ['10.1.2.3'],
  'mixed.example': ['93.184.216.34', '127.0.0.1'],
  'mapped.example': ['::ffff:127.0.0.1'],
  'nothing.example': [],
};

describe('outgoing calls', () => {
  let trap: TcpServer;
  let trapPort = 0;
  let connections = 0;
  let bytes = 0;
  const clients: GuardedClient[] = [];
  const servers: Server[] = [];

  beforeAll(async () => {
    trap = createTcpServer((socket) => {
      connections += 1;
      socket.on('data', (part) => (bytes += part.length)).on('error', () => undefined);
      setTimeout(() => socket.destroy(), 50);
    });
    await new Promise<void>((resolve) => trap.listen(0, '::', resolve));
    trapPort = (trap.address() as AddressInfo).port;
  });

  afterEach(async () => {
    await Promise.all(clients.splice(0).map((client) => client.close()));
    for (const server of servers.splice(0)) server.close().closeAllConnections();
    connections = 0;
    bytes = 0;
  });

  afterAll(() => {
    trap.close();
  });

  const client = (settings: Partial<OutgoingSettings> = {}) => {
    const made = new GuardedClient({ allow: [], ports: [trapPort], connectMs: 1000, ...settings });
    clients.push(made);
    return made;
  };
  const faultOf = (work: Promise<unknown>) =>
    work.then(
      () => 'no fault',
      (error: { fault?: string }) => error.fault ?? String(error),
    );
  const receiver = async (answer: Parameters<typeof createServer>[1]) => {
    const server = createServer(answer as never);
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return (server.address() as AddressInfo).port;
  };

  it('SEC-03 (outgoing guard) case 91: no spelling of a private address is connected to, whatever port is open there', async () => {
    expect(new Set(spellings).size).toBeGreaterThanOrEqual(60);
    const guarded = client({ resolve: (host) => (host in names ? Promise.resolve(names[host] as string[]) : Promise.resolve(['127.0.0.1', '::1'])) });
    const faults: Record<string, string> = {};
    for (const host of spellings) faults[host] = await faultOf(guarded.call(`https://${host}:${trapPort}/`));
    expect(Object.entries(faults).filter(([, fault]) => fault !== 'address')).toEqual([]);
    expect(connections).toBe(0);
  });

  it('SEC-03 (outgoing guard) case 91: the trap would have noticed', async () => {
    for (const host of ['127.0.0.1', '2130706433', '[::1]', '[::ffff:7f00:1]', 'localhost'])
      expect(await faultOf(client({ allow: ['127.0.0.1', '[::1]', '[::ffff:7f00:1]', 'localhost'] }).call(`https://${host}:${trapPort}/`))).toBe(
        'unreachable',
      );
    expect(connections).toBeGreaterThanOrEqual(5);
  });

  it('SEC-03 (outgoing guard) only https, only two ports, nobody inside the address', () => {
    const guarded = new GuardedClient({ allow: ['hooks.internal:8080'] });
    clients.push(guarded);
    const wrong = [
      'http://93.184.216.34/',
      'https://93.184.216.34:22/',
      'https://user:pw@93.184.216.34/',
      'https://user@hooks.example/',
      'ftp://a.example/',
    ];
    for (const address of [
      ...wrong,
      'file:///etc/passwd',
      'data:,x',
      'javascript:1',
      'gopher://a.example',
      '//a.example',
      'https://',
      `https://a.example/${'x'.repeat(2048)}`,
    ])
      expect(() => guarded.check(address)).toThrow();
    for (const address of ['https://93.184.216.34/', 'https://hooks.example:8443/x', 'https://[2606:4700::1111]/', 'http://hooks.internal:8080/x'])
      expect(guarded.check(address).href).toBe(address);
    expect(() => guarded.check('http://hooks.internal:8081/')).toThrow();
    expect(() => guarded.check('ftp://hooks.internal:8080/')).toThrow();
  });

  it('SEC-03 (outgoing guard) case 91: a name that is public first and private then is dialled at the address that was looked at', async () => {
    const dialled: string[] = [];
    let asked = 0;
    const guarded = client({
      resolve: () => Promise.resolve(asked++ === 0 ? ['93.184.216.34'] : ['127.0.0.1']),
      dial: (options, callback) => {
        dialled.push(`${options.hostname} for ${options.servername}`);
        callback(new Error('not really'), null);
      },
    });
    expect(await faultOf(guarded.call(`https://rebind.example:${trapPort}/`))).toBe('unreachable');
    expect([asked, dialled]).toEqual([1, ['93.184.216.34 for rebind.example']]);
    expect(await faultOf(guarded.call(`https://rebind.example:${trapPort}/`))).toBe('address');
    expect([asked, dialled.length, connections]).toEqual([2, 1, 0]);
  });

  it('SEC-03 (outgoing guard) a connection that ended somewhere else than it should is closed before a byte is sent', async () => {
    const guarded = client({
      resolve: () => Promise.resolve(['93.184.216.34']),
      dial: (_, callback) => {
        const socket = connect(trapPort, '127.0.0.1', () => callback(null, socket));
      },
    });
    expect(await faultOf(guarded.call(`https://moved.example:${trapPort}/`))).toBe('address');
    expect([connections > 0, bytes]).toEqual([true, 0]);
  });

  it('SEC-03 (outgoing guard) case 91: redirects are failures and lead nowhere', async () => {
    for (const status of [301, 302, 303, 307, 308]) {
      const port = await receiver((_, response) => response.writeHead(status, { location: `https://127.0.0.1:${trapPort}/` }).end('moved'));
      expect(await faultOf(client({ allow: [`127.0.0.1:${port}`] }).call(`http://127.0.0.1:${port}/`))).toBe('redirect');
    }
    expect(connections).toBe(0);
  });

  it('SEC-03 (outgoing guard) case 91: an endless body, a byte now and then and silence end within their limits', async () => {
    const endless = await receiver((_, response) => {
      const more = () => response.write('x'.repeat(16_384), () => !response.destroyed && setImmediate(more));
      more();
    });
    const drip = await receiver((_, response) => {
      const timer = setInterval(() => response.write('x'), 50);
      response.on('close', () => clearInterval(timer));
    });
    const silence = await receiver(() => undefined);
    const callAt = (port: number, limits: object) => client({ allow: [`127.0.0.1:${port}`], ...limits }).call(`http://127.0.0.1:${port}/`);
    const patient = { headersMs: 60_000, bodyMs: 60_000, connectMs: 60_000 }; // too much ends it, however slow the machine is
    expect(await faultOf(callAt(endless, patient))).toBe('too_large');
    expect(await faultOf(callAt(drip, { ...patient, bodyMs: 500 }))).toBe('timeout');
    expect(await faultOf(callAt(silence, { ...patient, headersMs: 300 }))).toBe('timeout');
  });

  it('SEC-03 (outgoing guard) what is allowed is called, with method, headers and body', async () => {
    const port = await receiver((request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => response.writeHead(202).end(`${request.method} ${request.headers['x-test']} ${Buffer.concat(parts).toString()}`));
    });
    const answer = await client({ allow: [`127.0.0.1:${port}`] }).call(`http://127.0.0.1:${port}/hook`, {
      method: 'POST',
      headers: { 'x-test': 'a' },
      body: 'b',
    });
    expect([answer.status, answer.body]).toEqual([202, 'POST a b']);
  });

  it('SEC-03 (outgoing guard) public addresses are public', () => {
    for (const address of ['93.184.216.34', '1.1.1.1', '2606:4700:4700::1111', '2a00:1450:4001::200e']) expect(isPublicAddress(address)).toBe(true);
    for (const address of ['', 'name.example', '2606:4700::1%eth0', '::ffff:127.0.0.1']) expect(isPublicAddress(address)).toBe(false);
  });

  it('SEC-03 (outgoing guard) nothing else in the application makes calls', () => {
    const source = fileURLToPath(new URL('../../', import.meta.url));
    const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter(
      (file) => file.endsWith('.ts') && !/\.spec(-data)?\.ts$|^testing\/|^platform\/outgoing\//.test(file),
    );
    expect(files.length).toBeGreaterThan(100);
    const calls = /(?<![.\w])fetch\(|^import (?!type ).* from '(undici|node:https?|axios|got)'/m;
    expect(files.filter((file) => calls.test(readFileSync(join(source, file), 'utf8')))).toEqual([]);
  });
});
