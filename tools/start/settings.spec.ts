import { describe, expect, it } from '@jest/globals';
import { createServer, type AddressInfo } from 'node:net';
import { addressOf, checkPort } from './settings.mjs';

describe('where Waymark is served', () => {
  it('DX-01 is port 3000 of this machine unless told otherwise', () => {
    expect(addressOf({})).toEqual({ port: 3000, host: '127.0.0.1', url: 'http://localhost:3000' });
    expect(addressOf({ PORT: '8080', HOST: '0.0.0.0' })).toEqual({ port: 8080, host: '0.0.0.0', url: 'http://localhost:8080' });
  });

  it.each(['0', '65536', 'abc', '-1', '3000.5', '1e3'])('DX-01 refuses PORT=%s with a sentence', (PORT) => {
    expect(() => addressOf({ PORT })).toThrow(`PORT must be a whole number from 1 to 65535, not "${PORT}".`);
  });

  it('DX-01 names the way out when the port is taken', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    await expect(checkPort({ port, host: '127.0.0.1' })).rejects.toThrow(
      `Port ${port} is taken by another program. Choose another one, for example: PORT=${port + 1} npm start`,
    );
    await new Promise((resolve) => other.close(resolve));
    await expect(checkPort({ port, host: '127.0.0.1' })).resolves.toBeUndefined();
  });
});
