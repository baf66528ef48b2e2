export * from './access.js';
export * from './fields.js';
export * from './imports.js';
export * from './limits.js';
export * from './paging.js';
export * from './problem.js';
export * from './sources.js';
export * from './values.js';
