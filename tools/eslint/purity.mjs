/** Libraries hold what is true on paper: no clock, no randomness, no environment, no framework, no database, no network. */
export const pureLibraries = ['libs/*/src/**/*.ts'];

const frameworks = [
  '@nestjs/*',
  'typeorm',
  'pg',
  'pg-*',
  'react',
  'react-*',
  '@mantine/*',
  '@tanstack/*',
  'fastify',
  '@fastify/*',
  'pino',
  'rxjs',
  'vite',
];
const contractTools = ['class-validator', 'class-transformer'];
const forSpecs = ['@waymark/testing', '@jest/*'];
const message = 'A library is pure: what happens (HTTP, SQL, time, chance, environment) belongs to an app.';

export const purity = {
  'no-restricted-syntax': [
    'error',
    { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: 'The clock is a parameter (now), never new Date().' },
    { selector: "CallExpression[callee.name='Date']", message: 'The clock is a parameter (now), never Date().' },
    { selector: "MemberExpression[object.name='Date'][property.name='now']", message: 'The clock is a parameter (now), never Date.now.' },
    { selector: "MemberExpression[object.name='Math'][property.name='random']", message: 'No randomness in a library.' },
    { selector: "MemberExpression[object.name='performance']", message: 'The clock is a parameter (now).' },
    { selector: "MemberExpression[object.name='crypto']", message: 'No randomness in a library.' },
  ],
  'no-restricted-globals': [
    'error',
    ...['process', 'Buffer', 'window', 'document', 'fetch', 'setTimeout', 'setInterval', 'globalThis', 'require'].map((name) => ({ name, message })),
  ],
  'no-restricted-imports': ['error', { patterns: [{ group: ['node:*', ...frameworks, ...contractTools, ...forSpecs], message }] }],
};

/** Messages are described by decorators; the one library that may know their tools. */
export const contractsImports = {
  'no-restricted-imports': [
    'error',
    {
      patterns: [{ group: ['node:*', ...forSpecs, ...frameworks.filter((name) => name !== '@nestjs/*'), '@nestjs/*', '!@nestjs/swagger'], message }],
    },
  ],
};
