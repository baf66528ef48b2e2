import { createServer } from 'node:net';
import { Trouble } from './trouble.mjs';

/** Where the product will be served. @param {NodeJS.ProcessEnv} env */
export function addressOf(env) {
  const text = env.PORT || '3000';
  const port = Number(text);
  if (!/^\d+$/.test(text) || port < 1 || port > 65_535) throw new Trouble(`PORT must be a whole number from 1 to 65535, not "${text}".`);
  const host = env.HOST || '127.0.0.1';
  return { port, host, url: `http://localhost:${port}` };
}

/** Tells at once, before anything is installed or built, that the port cannot be had. @param {{ port: number, host: string }} address */
export function checkPort({ port, host }) {
  /** @type {Promise<void>} */
  const free = new Promise((resolve, reject) => {
    const probe = createServer();
    probe.on('error', (/** @type {NodeJS.ErrnoException} */ error) => {
      const instead = `Choose another one, for example: PORT=${port < 1024 ? 3000 : port + 1} npm start`;
      if (error.code === 'EADDRINUSE') reject(new Trouble(`Port ${port} is taken by another program. ${instead}`));
      else if (error.code === 'EACCES') reject(new Trouble(`This user may not listen on port ${port}. ${instead}`));
      else reject(new Trouble(`Cannot listen on ${host}:${port} (${error.code}). Check HOST and PORT.`));
    });
    probe.listen(port, host, () => probe.close(() => resolve()));
  });
  return free;
}
