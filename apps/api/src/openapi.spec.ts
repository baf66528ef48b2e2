import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { OpenAPIObject } from '@nestjs/swagger';
import { readFileSync } from 'node:fs';
import { capabilities } from './access/permissions.js';
import { readConfig } from './config/config.js';
import { createHttpApp } from './http-app.js';
import { openApiDocument, openApiText } from './platform/http/docs.js';

interface Operation {
  summary?: string;
  tags?: string[];
  security?: unknown[];
  responses: Record<string, unknown>;
  'x-access'?: { capability?: string; public?: boolean };
}

const methods = ['get', 'post', 'put', 'patch', 'delete'] as const;

describe('the OpenAPI document', () => {
  let app: NestFastifyApplication;
  let document: OpenAPIObject;
  const routes: string[] = [];
  const operations = () =>
    Object.entries(document.paths).flatMap(([path, item]) =>
      methods.flatMap((method) => {
        const operation = (item as Record<string, Operation | undefined>)[method];
        return operation ? [{ name: `${method.toUpperCase()} ${path}`, operation }] : [];
      }),
    );

  beforeAll(async () => {
    const config = readConfig('api', { APP_DATABASE_URL: 'postgres://nobody@localhost/none', JWT_SECRET: 'x'.repeat(40), LOG_LEVEL: 'silent' });
    app = await createHttpApp(config);
    app
      .getHttpAdapter()
      .getInstance()
      .addHook('onRoute', ({ method, url }: { method: string | string[]; url: string }) => {
        for (const one of [method].flat())
          if (one !== 'HEAD' && one !== 'OPTIONS' && url.startsWith('/api/')) routes.push(`${one} ${url.replaceAll(/:(\w+)/g, '{$1}')}`);
      });
    await app.init();
    document = openApiDocument(app);
  });

  afterAll(() => app.close());

  it('PLAT-09 the committed document is the one the program would serve; `npm run openapi` writes it', () => {
    const committed = readFileSync(new URL('../../../docs/openapi.json', import.meta.url), 'utf8');
    expect(committed === openApiText(app)).toBe(true);
  });

  it('PLAT-09 every registered route is an operation of the document', () => {
    const described = operations().map(({ name }) => name);
    const extra = routes.filter((route) => !described.includes(route) && !/\/api\/(docs|openapi)/.test(route));
    expect(routes.length).toBeGreaterThan(30);
    expect(extra).toEqual([]);
  });

  it('PLAT-09 every operation has a summary, a tag, an answer and the problems it may give', () => {
    const bare = operations().filter(
      ({ operation }) =>
        !operation.summary ||
        !operation.tags?.length ||
        !Object.keys(operation.responses).some((status) => /^2/.test(status)) ||
        !operation.responses['400'],
    );
    expect(bare.map(({ name }) => name)).toEqual([]);
  });

  it('PLAT-09 who may call an operation is declared on it: a known capability, or public on purpose', () => {
    const undeclared = operations().filter(({ operation }) => {
      const access = operation['x-access'];
      if (access?.public) return false;
      return !access?.capability || !Object.hasOwn(capabilities, access.capability) || !operation.security?.length;
    });
    expect(undeclared.map(({ name }) => name)).toEqual([]);
    const open = operations().filter(({ operation }) => operation['x-access']?.public);
    expect(open.map(({ name }) => name).sort()).toEqual([
      'GET /api/auth/demo',
      'GET /api/health/live',
      'GET /api/health/metrics',
      'GET /api/health/ready',
      'POST /api/auth/invitation/accept',
      'POST /api/auth/invitation/check',
      'POST /api/auth/password-reset',
      'POST /api/auth/password-reset/confirm',
      'POST /api/auth/refresh',
      'POST /api/auth/sign-in',
      'POST /api/auth/sign-in-as',
      'POST /api/auth/sign-out',
    ]);
  });
});
