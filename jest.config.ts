import { readFileSync } from 'node:fs';
import type { Config } from 'jest';

const swc = JSON.parse(readFileSync(new URL('./.swcrc', import.meta.url), 'utf8')) as { jsc: Record<string, object> };
const swcReact = {
  ...swc,
  jsc: { ...swc.jsc, parser: { syntax: 'typescript', tsx: true }, transform: { react: { runtime: 'automatic' } } },
};

const shared = {
  rootDir: import.meta.dirname,
  roots: ['<rootDir>/apps', '<rootDir>/libs', '<rootDir>/tools'],
  extensionsToTreatAsEsm: ['.ts', '.tsx'],
  transform: {
    '\\.ts$': ['@swc/jest', { ...swc, swcrc: false }],
    '\\.tsx$': ['@swc/jest', { ...swcReact, swcrc: false }],
  },
  moduleFileExtensions: ['ts', 'tsx', 'js', 'mjs', 'cjs', 'json', 'node'],
  moduleNameMapper: {
    '^@waymark/([a-z]+)$': '<rootDir>/libs/$1/src/index.ts',
    '^(\\.{1,2}/.*)\\.js$': '$1',
    '\\.css$': '<rootDir>/tools/jest/style-stub.mjs',
  },
  modulePathIgnorePatterns: ['/dist/', '<rootDir>/\\.nx/', '<rootDir>/\\.data/'],
} satisfies Config;

const onDatabase = {
  ...shared,
  testEnvironment: 'node',
  globalSetup: '<rootDir>/tools/jest/global-setup.mjs',
  globalTeardown: '<rootDir>/tools/jest/global-teardown.mjs',
} satisfies Config;

/** One project per kind of spec; the suffix of the file decides what it may use. */
const config: Config = {
  maxWorkers: 2,
  testTimeout: 240_000,
  projects: [
    { ...shared, displayName: 'unit', testEnvironment: 'node', testRegex: ['(?<!\\.(db|e2e|browser))\\.spec\\.ts$'] },
    { ...shared, displayName: 'unit-dom', testEnvironment: 'jsdom', testRegex: ['\\.spec\\.tsx$'] },
    { ...onDatabase, displayName: 'db', testRegex: ['\\.db\\.spec\\.ts$'] },
    { ...onDatabase, displayName: 'e2e', testRegex: ['\\.e2e\\.spec\\.ts$'] },
    { ...onDatabase, displayName: 'browser', testRegex: ['\\.browser\\.spec\\.ts$'], globalSetup: '<rootDir>/tools/jest/browser-setup.mjs' },
  ],
};

// jest loads its configuration from the default export.
export default config;
