import { describe, expect, it } from '@jest/globals';
import { existsSync, readFileSync } from 'node:fs';

const root = new URL('..', import.meta.url);
const readme = readFileSync(new URL('README.md', root), 'utf8');
const { scripts } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8')) as { scripts: Record<string, string> };

describe('the README', () => {
  it('DX-05 (README) has fewer than 150 lines, a picture, the journey, the commands and "Where do I ...?"', () => {
    expect(readme.split('\n').length).toBeLessThan(150);
    for (const part of ['GATE BAR', '[1 sources]', '## Where do I ...?', 'npm start', 'npm test']) expect(readme).toContain(part);
  });

  it('DX-05 (README) names only commands that exist and files that are there', () => {
    const commands = [...readme.matchAll(/npm run ([a-z:]+)/g)].map(([, name]) => name as string);
    expect(commands.length).toBeGreaterThan(4);
    expect(commands.filter((name) => !Object.hasOwn(scripts, name))).toEqual([]);
    const links = [...readme.matchAll(/\]\(([^)]+)\)/g)].map(([, target]) => target as string);
    const paths = [...readme.matchAll(/`((?:apps|libs|docs|tools)\/[\w./-]+)`/g)]
      .map(([, path]) => path as string)
      .filter((path) => !/\/x\./.test(path));
    expect(links.length + paths.length).toBeGreaterThan(8);
    expect([...links, ...paths].filter((path) => !existsSync(new URL(path, root)))).toEqual([]);
  });
});
