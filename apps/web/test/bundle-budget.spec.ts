import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { buildWeb } from './built-web.js';

interface Chunk {
  file: string;
  isEntry?: boolean;
  imports?: string[];
  dynamicImports?: string[];
  css?: string[];
}

const kilobyte = 1000;

describe('the built app', () => {
  let built: ReturnType<typeof buildWeb>;
  let manifest: Record<string, Chunk>;

  beforeAll(() => {
    built = buildWeb();
    manifest = JSON.parse(readFileSync(join(built.folder, '.vite', 'manifest.json'), 'utf8')) as Record<string, Chunk>;
  });
  afterAll(() => built.remove());

  const size = (file: string) => gzipSync(readFileSync(join(built.folder, file)), { level: 9 }).length / kilobyte;
  const chunk = (name: string) => manifest[name] as Chunk;
  const entry = () => Object.keys(manifest).find((name) => chunk(name).isEntry) as string;
  const withImports = (name: string, seen = new Set<string>()): Set<string> => {
    if (!seen.has(name)) chunk(seen.add(name) && name).imports?.forEach((imported) => withImports(imported, seen));
    return seen;
  };
  const sum = (names: Iterable<string>) => [...names].reduce((total, name) => total + size(chunk(name).file), 0);

  it('WEB-07 loads at most 200 KB of compressed JavaScript before the first page', () => {
    const first = withImports(entry());
    expect(first.size).toBeGreaterThan(1);
    expect(sum(first)).toBeGreaterThan(100);
    expect(sum(first)).toBeLessThanOrEqual(200);
  });

  it('WEB-07 adds at most 60 KB of compressed JavaScript for any page', () => {
    const first = withImports(entry());
    const pages = chunk(entry()).dynamicImports ?? [];
    expect(pages.length).toBeGreaterThanOrEqual(7); // one per feature: access, home, goals, gates, sources, imports, policies
    for (const page of pages) expect(sum([...withImports(page)].filter((name) => !first.has(name)))).toBeLessThanOrEqual(60);
  });

  it('WEB-07 loads at most 42 KB of compressed styles', () => {
    const styles = new Set(Object.values(manifest).flatMap(({ css, file }) => [...(css ?? []), ...(file.endsWith('.css') ? [file] : [])]));
    expect(styles.size).toBeGreaterThan(0);
    expect([...styles].reduce((total, file) => total + size(file), 0)).toBeLessThanOrEqual(42);
  });
});
