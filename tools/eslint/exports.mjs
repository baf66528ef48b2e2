/** One name per thing, the same everywhere: no default exports (except where a tool asks for one). */
export const noDefaultExports = {
  'no-restricted-exports': [
    'error',
    { restrictDefaultExports: { direct: true, named: true, defaultFrom: true, namedFrom: true, namespaceFrom: true } },
  ],
};
