import 'reflect-metadata';
import { writeFileSync } from 'node:fs';
import { readConfig } from './config/config.js';
import { createHttpApp } from './http-app.js';
import { openApiText } from './platform/http/docs.js';

/** Writes the OpenAPI document to the file named on the command line. Needs no database: nothing is called, only described. */
const [target] = process.argv.slice(2);
if (!target) {
  console.error('usage: openapi-cli <file>');
  process.exit(2);
}
const config = readConfig('api', {
  APP_DATABASE_URL: 'postgres://nobody@localhost/none',
  JWT_SECRET: 'only describing, never signing anything',
  LOG_LEVEL: 'silent',
});
const app = await createHttpApp(config);
await app.init();
writeFileSync(target, openApiText(app));
await app.close();
