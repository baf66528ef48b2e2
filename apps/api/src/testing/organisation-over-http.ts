import { afterAll, beforeAll, expect } from '@jest/globals';
import type { Problem } from '@waymark/contracts';
import { testDatabase, type TestDatabase } from '@waymark/testing';
import { Recomputation } from '../metrics/recomputation.service.js';
import { createOrganisation } from '../organisation.js';
import { type Answer, type RunningApi, signInAs, startApi, startWorker } from './start-api.js';

type Worker = Awaited<ReturnType<typeof startWorker>>;

/** One organisation behind a running API, with a worker beside it. */
class OrganisationOverHttp {
  /** Id and bearer token by the person's name; Ada is the admin. */
  readonly ids: Record<string, string> = {};
  readonly tokens: Record<string, string> = {};
  database!: TestDatabase;
  worker!: Worker;
  tenantId!: string;
  private api!: RunningApi;

  constructor(readonly slug: string) {}

  async start(): Promise<void> {
    this.database = await testDatabase();
    this.worker = await startWorker(this.database);
    this.api = await startApi(this.database);
    const admin = { name: 'Ada', email: `ada@${this.slug}.example`, password: 'long enough word' };
    const now = new Date('2026-08-15T12:00:00Z');
    const named = { slug: this.slug, name: this.slug, zone: 'Europe/Berlin', demo: true, now, admin };
    const created = await createOrganisation(this.database.adminUrl, named);
    this.tenantId = created.tenantId;
    this.ids['Ada'] = created.adminId;
  }

  async stop(): Promise<void> {
    await this.worker?.close();
    await this.api?.close();
    await this.database?.drop();
  }

  async addPerson(name: string, role: string): Promise<void> {
    this.ids[name] = await this.row('insert into users (tenant_id, name) values ($1, $2) returning id', name);
    await this.row('insert into user_roles (tenant_id, user_id, role) values ($1, $2, $3)', this.ids[name], role);
  }

  async signInAll(): Promise<void> {
    for (const [name, id] of Object.entries(this.ids)) this.tokens[name] = await signInAs(this.api, this.slug, id);
  }

  /** Runs a statement as superuser with the organisation as $1; answers the first row's `id`. */
  readonly row = async (sql: string, ...params: unknown[]): Promise<string> =>
    (await this.database.admin.query<{ id: string }>(sql, [this.tenantId, ...params])).rows[0]?.id as string;

  readonly send = <T>(who: string, method: string, path: string, body?: object): Promise<Answer<T & Pick<Problem, 'detail' | 'errors'>>> =>
    this.api.call(method, `/api/${path}`, { token: this.tokens[who] as string, ...(body && { body }) });

  /** Posts as this person; anything but 201 fails the spec. */
  readonly addAs = async <T>(who: string, path: string, body: object): Promise<T> => {
    const answer = await this.send<T>(who, 'POST', path, body);
    expect([answer.status, answer.body.detail, answer.body.errors]).toEqual([201, undefined, undefined]);
    return answer.body;
  };

  /** Works off what waits to be counted. */
  readonly drain = (): Promise<number> => this.worker.app.get(Recomputation).drain(this.tenantId);
}

/**
 * To be called inside `describe`: the organisation stands before its specs and goes after them. Its clock stands at noon UTC of 15 August 2026, its zone is
 * Berlin. `people` gives roles by name; `prepare` adds what the specs rest on.
 */
export function organisationOverHttp(
  slug: string,
  people: Record<string, string>,
  prepare: (made: OrganisationOverHttp) => Promise<void> = () => Promise.resolve(),
): OrganisationOverHttp {
  const made = new OrganisationOverHttp(slug);
  beforeAll(async () => {
    await made.start();
    for (const [name, role] of Object.entries(people)) await made.addPerson(name, role);
    await prepare(made);
    await made.signInAll();
  });
  afterAll(() => made.stop());
  return made;
}
