/**
 * The fences that a linter can hold (docs: "Fences" of the architecture). Always run through nx: without its project graph the boundary rule
 * is silent. Arrows inside the apps are dependency-cruiser's (`dependency-cruiser.cjs`); `fences.spec.ts` jumps every one of them.
 */
import nx from '@nx/eslint-plugin';
import reactHooks from 'eslint-plugin-react-hooks';
import typescript from 'typescript-eslint';
import { boundaries } from './boundaries.mjs';
import { databaseAccess, noVersionedSave } from './database-access.mjs';
import { noDefaultExports } from './exports.mjs';
import { contractsImports, purity, pureLibraries } from './purity.mjs';

const specs = ['**/*.spec.ts', '**/*.spec.tsx', '**/*.spec-data.ts'];
const toolFiles = ['**/jest.config.ts', '**/vite.config.ts', '**/*.mjs', '**/*.cjs'];
/** The processes and installers at the top, and moving a whole organisation, open the connections that the others are given. */
const openers = ['apps/api/src/*.ts', 'apps/api/src/{platform,database,portability}/**/*.ts'];
const size = {
  'max-lines': ['warn', { max: 200, skipBlankLines: true, skipComments: true }],
  'max-lines-per-function': ['warn', { max: 40, skipBlankLines: true, skipComments: true, IIFEs: false }],
  'max-params': ['warn', { max: 4 }],
};

export default [
  { ignores: ['**/dist/**', '**/node_modules/**', '**/.nx/**', '**/.data/**'] },
  ...typescript.configs.recommended.map((config) => ({ ...config, files: ['**/*.ts', '**/*.tsx'] })),
  {
    files: ['**/*.ts', '**/*.tsx'],
    plugins: { '@nx': nx },
    rules: {
      '@nx/enforce-module-boundaries': ['error', boundaries],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true }],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-extraneous-class': 'off', // a Nest module is an empty class with a decorator
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-console': 'off',
    },
  },
  { files: ['libs/**/*.ts', 'apps/**/*.ts', 'apps/**/*.tsx'], ignores: [...specs, ...toolFiles], rules: { ...noDefaultExports, ...size } },
  { files: pureLibraries, ignores: [...specs, 'libs/testing/**'], rules: purity },
  { files: ['libs/contracts/src/**/*.ts'], ignores: specs, rules: contractsImports },
  {
    files: ['apps/api/src/**/*.ts'],
    ignores: [...specs, ...openers, 'apps/api/src/testing/**'],
    rules: databaseAccess,
  },
  { files: openers, ignores: specs, rules: noVersionedSave },
  {
    files: ['apps/web/src/**/*.ts', 'apps/web/src/**/*.tsx'],
    ignores: specs,
    plugins: { 'react-hooks': reactHooks },
    rules: {
      'react-hooks/rules-of-hooks': 'error',
      'react-hooks/exhaustive-deps': 'error',
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          paths: [
            { name: '@waymark/contracts', allowTypeImports: true, message: 'The web app uses the types of the contracts alone (import type).' },
          ],
        },
      ],
    },
  },
  // Specs of the whole product: the built app before a real API, the starter with its database, the containers with the configuration.
  { files: ['apps/web/test/**/*.ts', 'tools/{start,docker}/**/*.{spec,spec-data}.ts'], rules: { '@nx/enforce-module-boundaries': 'off' } },
  {
    files: specs,
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector: "MemberExpression[object.name=/^(it|test|describe)$/][property.name='only']",
          message: 'A spec left with .only hides all others.',
        },
      ],
    },
  },
];
