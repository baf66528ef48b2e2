import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');

interface Jump {
  fence: string;
  path: string;
  text: string;
  rule: string;
}

const boundary = '@nx/enforce-module-boundaries';
const jumps: Jump[] = [
  ...(
    [
      ['kernel', 'metrics', 'libs/kernel'],
      ['kernel', 'contracts', 'libs/kernel'],
      ['contracts', 'metrics', 'libs/contracts'],
      ['metrics', 'goals', 'libs/metrics'],
      ['metrics', 'contracts', 'libs/metrics'],
      ['goals', 'gates', 'libs/goals'],
      ['gates', 'contracts', 'libs/gates'],
      ['testing', 'gates', 'libs/testing'],
      ['web', 'metrics', 'apps/web'],
      ['web', 'goals', 'apps/web'],
      ['web', 'gates', 'apps/web'],
    ] as const
  ).map(([from, to, folder]) => ({
    fence: `${from} does not import ${to}`,
    path: `${folder}/src/fence.ts`,
    text: `import * as later from '@waymark/${to}';\nexport const used = later;\n`,
    rule: boundary,
  })),
  pure('new Date() without arguments', 'export const now = new Date();', 'no-restricted-syntax'),
  pure('Date()', 'export const now = Date();', 'no-restricted-syntax'),
  pure('Date.now', 'export const now = Date.now();', 'no-restricted-syntax'),
  pure('Math.random', 'export const luck = Math.random();', 'no-restricted-syntax'),
  pure('process', 'export const environment = process.env;', 'no-restricted-globals'),
  pure('fetch', `export const asked = fetch('x');`, 'no-restricted-globals'),
  pure('node modules', `import { readFileSync } from 'node:fs';\nexport const read = readFileSync;`, 'no-restricted-imports'),
  pure('Nest', `import { Injectable } from '@nestjs/common';\nexport const used = Injectable;`, 'no-restricted-imports'),
  pure('TypeORM', `import { In } from 'typeorm';\nexport const used = In;`, 'no-restricted-imports'),
  pure('pg', `import pg from 'pg';\nexport const used = pg;`, 'no-restricted-imports'),
  pure('React', `import { useState } from 'react';\nexport const used = useState;`, 'no-restricted-imports'),
  pure('class-validator', `import { IsInt } from 'class-validator';\nexport const used = IsInt;`, 'no-restricted-imports'),
  pure('testing outside specs', `import { fixedClock } from '@waymark/testing';\nexport const used = fixedClock;`, 'no-restricted-imports'),
  pure('a default export', 'export default 1;', 'no-restricted-exports'),
  {
    fence: 'contracts may describe messages and nothing else of Nest',
    path: 'libs/contracts/src/fence.ts',
    text: `import { Injectable } from '@nestjs/common';\nexport const used = Injectable;\n`,
    rule: 'no-restricted-imports',
  },
  {
    fence: 'web takes types alone from contracts',
    path: 'apps/web/src/features/goals/api/fence.ts',
    text: `import { limits } from '@waymark/contracts';\nexport const used = limits;\n`,
    rule: '@typescript-eslint/no-restricted-imports',
  },
  service('a data source', `import { DataSource } from 'typeorm';\nexport const used = DataSource;`, 'no-restricted-imports'),
  service('a connection pool', `import { Pool } from 'pg';\nexport const used = Pool;`, 'no-restricted-imports'),
  service('the pg driver', `import pg from 'pg';\nexport const used = new pg.Pool();`, 'no-restricted-imports'),
  service('a query runner', `export const used = (source: { createQueryRunner(): object }) => source.createQueryRunner();`, 'no-restricted-syntax'),
  service('save()', `export const used = (self: { repository: { save(row: object): void } }) => self.repository.save({});`, 'no-restricted-syntax'),
  {
    fence: 'save() is banned in platform too',
    path: 'apps/api/src/platform/database/fence.ts',
    text: `export const used = (self: { manager: { save(row: object): void } }) => self.manager.save({});\n`,
    rule: 'no-restricted-syntax',
  },
  {
    fence: 'a spec is not left with .only',
    path: 'libs/kernel/src/fence.spec.ts',
    text: `import { it } from '@jest/globals';\nit.only('x', () => undefined);\n`,
    rule: 'no-restricted-syntax',
  },
];

function pure(what: string, text: string, rule: string): Jump {
  return { fence: `a library does not use ${what}`, path: 'libs/goals/src/fence.ts', text: `${text}\n`, rule };
}

function service(what: string, text: string, rule: string): Jump {
  return { fence: `outside platform nobody touches ${what}`, path: 'apps/api/src/goals/fence.service.ts', text: `${text}\n`, rule };
}

describe('fences that the linter holds', () => {
  const allowed = [
    { path: 'libs/goals/src/fence.ts', text: `import * as metrics from '@waymark/metrics';\nexport const used = metrics;\n` },
    { path: 'libs/goals/src/fence.spec.ts', text: `import * as testing from '@waymark/testing';\nexport const used = testing;\n` },
    { path: 'libs/goals/src/moment.ts', text: `export const at = (text: string) => new Date(text);\n` },
    { path: 'apps/api/src/platform/database/fence.ts', text: `import pg from 'pg';\nexport const pool = new pg.Pool();\n` },
    { path: 'apps/web/src/features/goals/api/fence.ts', text: `import type { Money } from '@waymark/contracts';\nexport type Used = Money;\n` },
  ];
  let rulesOf: string[][] = [];

  beforeAll(() => {
    const env = { ...process.env, NX_DAEMON: 'false', NX_TUI: 'false' };
    // The boundary rule is silent without nx's project graph; asking nx for anything writes it.
    execFileSync(process.execPath, [join(root, 'tools/nx.mjs'), 'show', 'projects'], { cwd: root, env, stdio: 'pipe' });
    const files = [...jumps, ...allowed].map(({ path, text }) => ({ path: join(root, path), text }));
    const output = execFileSync(process.execPath, [join(root, 'tools/eslint/lint-virtual.mjs')], { cwd: root, env, input: JSON.stringify(files) });
    rulesOf = (JSON.parse(output.toString()) as { rules: string[] }[]).map(({ rules }) => rules);
  }, 120_000);

  it.each(jumps.map((jump, index) => ({ ...jump, index })))('DX-04 catches a jump: $fence', ({ rule, index }) => {
    expect(rulesOf[index]).toContain(rule);
  });

  it.each(allowed.map((file, index) => ({ ...file, index })))('DX-04 lets pass what is right: $path', ({ index }) => {
    expect(rulesOf[jumps.length + index]).toEqual([]);
  });
});

const api = 'apps/api/src';
const web = 'apps/web/src';
/** from -> to, and the rule that must catch it. The target files are made too, so that only the arrow is wrong. */
const arrows: [rule: string, from: string, to: string][] = [
  ['no-unresolved', `${api}/goals/a.service.ts`, './nowhere.js'],
  ['controller-knows-http-only', `${api}/goals/b.controller.ts`, './b.repository.js'],
  ['service-knows-no-orm', `${api}/goals/c.service.ts`, 'typeorm'],
  ['service-knows-no-orm', `${api}/goals/d.service.ts`, 'pg'],
  ['repository-is-private', `${api}/goals/e.service.ts`, '../metrics/e.repository.js'],
  ['sources-repository-is-private', `${api}/goals/f.service.ts`, '../sources/deals/f.repository.js'],
  ['ground-never-up', `${api}/platform/g.ts`, '../goals/g.js'],
  ['ground-never-up', `${api}/access/h.service.ts`, '../gates/h.js'],
  ['testing-is-for-specs', `${api}/goals/i.ts`, '../testing/i.js'],
  ['web-feature-not-feature', `${web}/features/goals/j.ts`, '../gates/j.js'],
  ['web-shared-not-feature', `${web}/shared/ui/k.ts`, '../../features/goals/k.js'],
  ['web-charts-only-in-charts', `${web}/features/goals/l.ts`, 'chart.js'],
  ['web-components-only-in-ui', `${web}/features/goals/m.ts`, '@mantine/core'],
  ['sources-imports-never-forward', `${api}/sources/n.ts`, '../metrics/n.js'],
  ['sources-imports-never-forward', `${api}/imports/o.ts`, '../goals/o.js'],
  ['metrics-never-forward', `${api}/metrics/p.ts`, '../goals/p.js'],
  ['goals-never-forward', `${api}/goals/q.ts`, '../gates/q.js'],
  ['milestones-never-forward', `${api}/milestones/r.ts`, '../gates/r.js'],
  ['gates-never-forward', `${api}/gates/s.ts`, '../reporting/s.js'],
  ['reporting-never-forward', `${api}/reporting/t.ts`, '../alerts/t.js'],
];

describe('fences that dependency-cruiser holds', () => {
  const folder = mkdtempSync(join(tmpdir(), 'waymark-fences-'));
  let caught: { rule: string; from: string }[] = [];
  let names: string[] = [];

  const put = (path: string, text: string) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };

  beforeAll(() => {
    for (const file of ['tsconfig.base.json', 'tools/eslint/dependency-cruiser.cjs']) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      copyFileSync(join(root, file), join(folder, file));
    }
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
    for (const [, from, to] of arrows) {
      put(from, `import { x } from '${to}';\nexport const used = x;\n`);
      if (to.startsWith('.') && !to.includes('nowhere')) put(join(dirname(from), to.replace(/\.js$/, '.ts')), 'export const x = 1;\n');
    }
    put(`${api}/goals/circle-a.ts`, `import { b } from './circle-b.js';\nexport const a = () => b;\n`);
    put(`${api}/goals/circle-b.ts`, `import { a } from './circle-a.js';\nexport const b = () => a;\n`);
    put(`${api}/goals/right.ts`, `import { x } from '../metrics/right.js';\nexport const used = x;\n`);
    put(`${api}/metrics/right.ts`, 'export const x = 1;\n');
    const program = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
    const args = [program, '--config', 'tools/eslint/dependency-cruiser.cjs', '-T', 'json', 'apps'];
    const { stdout } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8', maxBuffer: 1e8 });
    const { summary } = JSON.parse(stdout) as {
      summary: { violations: { rule: { name: string }; from: string }[]; ruleSetUsed: { forbidden: { name: string }[] } };
    };
    caught = summary.violations.map(({ rule, from }) => ({ rule: rule.name, from }));
    names = summary.ruleSetUsed.forbidden.map(({ name }) => name);
  }, 120_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each(arrows)('DX-04 catches a jump: %s, from %s to %s', (rule, from) => {
    expect(caught).toContainEqual({ rule, from });
  });

  it('DX-04 catches a circle', () => {
    expect(caught.some(({ rule, from }) => rule === 'no-cycles' && from.includes('circle-'))).toBe(true);
  });

  it('DX-04 lets pass what is right', () => {
    expect(caught.filter(({ from }) => from.includes('right'))).toEqual([]);
  });

  it('DX-04 has a jump for every fence', () => {
    const jumped = new Set([...arrows.map(([rule]) => rule), 'no-cycles']);
    expect(names.filter((name) => !jumped.has(name))).toEqual([]);
    expect(names.length).toBeGreaterThan(15);
  });
});
