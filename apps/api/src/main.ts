import 'reflect-metadata';
import { ConfigError, readConfig } from './config/config.js';
import { createHttpApp } from './http-app.js';
import { endWithin } from './shutdown.js';

/** The API process. */
try {
  const config = readConfig('api', process.env);
  endWithin(config.shutdownSeconds);
  const app = await createHttpApp(config);
  await app.listen(config.port, config.host);
} catch (error) {
  const taken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
  console.error(taken ? 'The port is taken by another program. Set PORT to a free one.' : error instanceof ConfigError ? error.message : error);
  process.exit(1);
}
