import 'reflect-metadata';
import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Client } from 'pg';
import { AppModule } from '../app.module.js';
import { readConfig } from '../config/config.js';
import { createHttpApp } from '../http-app.js';
import { JobRunner } from '../platform/jobs/job-runner.js';

// Passport keeps strategies per process: API and worker of one spec must agree on the secret.
const testSecret = 'x'.repeat(40);

interface Addresses {
  appUrl: string;
  workerUrl: string;
  adminUrl: string;
}

/** A running API on a free port, for specs that go through HTTP. */
export interface RunningApi {
  url: string;
  app: NestFastifyApplication;
  /** Calls an operation; JSON in, JSON out. `token` is a bearer token. A change is sent with the ETag of a reading just before, unless told otherwise. */
  call<T = Record<string, unknown>>(
    method: string,
    path: string,
    options?: { token?: string; body?: unknown; headers?: Record<string, string> },
  ): Promise<Answer<T>>;
  close(): Promise<void>;
}

export interface Answer<T> {
  status: number;
  body: T;
  headers: Headers;
}

export async function startApi(database: Addresses, settings: Record<string, string> = {}): Promise<RunningApi> {
  const env = {
    APP_DATABASE_URL: database.appUrl,
    JWT_SECRET: testSecret,
    DEMO: '1',
    PORT: '0',
    LOG_LEVEL: 'silent',
    RATE_LIMITS: 'off',
    ...settings,
  };
  const app = await createHttpApp(readConfig('api', env));
  await app.listen(0, '127.0.0.1');
  const url = (await app.getUrl()).replace('[::1]', '127.0.0.1');
  return {
    url,
    app,
    call: async <T>(method: string, path: string, options: { token?: string; body?: unknown; headers?: Record<string, string> } = {}) => {
      const changes = ['PATCH', 'PUT', 'DELETE'].includes(method) && options.headers?.['if-match'] === undefined;
      const etag = changes ? await etagAt(`${url}${path}`, options.token) : null;
      const response = await fetch(`${url}${path}`, {
        method,
        headers: {
          ...(etag ? { 'if-match': etag } : {}),
          ...(options.token ? { authorization: `Bearer ${options.token}` } : {}),
          ...(options.body === undefined ? {} : { 'content-type': 'application/json' }),
          ...options.headers,
        },
        ...(options.body === undefined ? {} : { body: typeof options.body === 'string' ? options.body : JSON.stringify(options.body) }),
      });
      const text = await response.text();
      const json = response.headers.get('content-type')?.includes('json') ?? false;
      return { status: response.status, headers: response.headers, body: (json ? JSON.parse(text) : text) as T };
    },
    close: () => app.close(),
  };
}

/** What a careful client does before it changes something: it reads it (a draft with its policy, roles with their person). What it may not read has some version too. */
async function etagAt(address: string, token: string | undefined): Promise<string> {
  const answer = await fetch(address.replace(/\/(versions\/.*|roles)$/, ''), token ? { headers: { authorization: `Bearer ${token}` } } : {});
  await answer.arrayBuffer();
  return answer.headers.get('etag') ?? '"v1"';
}

/** The worker's application, whose jobs run when the spec says so (`runner.runAll()`), or by themselves with `live`. */
export async function startWorker(
  database: Addresses,
  options: { live?: boolean; settings?: Record<string, string> } = {},
): Promise<{ app: INestApplicationContext; runner: JobRunner; close(): Promise<void> }> {
  const config = readConfig('worker', { WORKER_DATABASE_URL: database.workerUrl, JWT_SECRET: testSecret, LOG_LEVEL: 'silent', ...options.settings });
  const app = await NestFactory.createApplicationContext(AppModule.of(options.live ? config : { ...config, role: 'tool' }), { logger: false });
  await app.init();
  return { app, runner: app.get(JobRunner), close: () => app.close() };
}

/** An organisation with people, made behind the API's back. `now` sets its clock (Q100). */
export async function createTenant(
  database: Addresses,
  tenant: {
    slug: string;
    now?: Date;
    zone?: string;
    demo?: boolean;
    people: { name: string; roles: string[]; email?: string; passwordHash?: string }[];
  },
): Promise<{ tenantId: string; userIds: Record<string, string> }> {
  const client = new Client({ connectionString: database.adminUrl });
  await client.connect();
  try {
    const offset = tenant.now ? Math.max(0, Date.now() - tenant.now.getTime()) : 0;
    const { rows } = await client.query<{ id: string }>(
      'insert into tenants (slug, name, time_zone, demo, clock_offset_ms) values ($1, $1, $2, $3, $4) returning id',
      [tenant.slug, tenant.zone ?? 'UTC', tenant.demo ?? true, offset],
    );
    const tenantId = rows[0]?.id as string;
    const userIds: Record<string, string> = {};
    for (const person of tenant.people) {
      const user = await client.query<{ id: string }>(
        'insert into users (tenant_id, name, email, password_hash) values ($1, $2, $3, $4) returning id',
        [tenantId, person.name, person.email ?? null, person.passwordHash ?? null],
      );
      const id = user.rows[0]?.id as string;
      userIds[person.name] = id;
      for (const role of person.roles)
        await client.query('insert into user_roles (tenant_id, user_id, role) values ($1, $2, $3)', [tenantId, id, role]);
    }
    return { tenantId, userIds };
  } finally {
    await client.end();
  }
}

/** Signs in as a demo person and answers the bearer token. */
export async function signInAs(api: RunningApi, organisation: string, userId: string): Promise<string> {
  const answer = await api.call<{ accessToken: string }>('POST', '/api/auth/sign-in-as', { body: { organisation, userId } });
  if (answer.status !== 201) throw new Error(`sign-in as ${userId} answered ${answer.status}`);
  return answer.body.accessToken;
}
