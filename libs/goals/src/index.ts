export * from './period.js';
export * from './progress.js';
export * from './status.js';
