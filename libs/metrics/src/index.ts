export * from './algebra/compile.js';
export * from './algebra/interpret.js';
export * from './algebra/known-at.js';
export * from './algebra/measure.js';
export * from './algebra/metric.js';
export * from './algebra/window-measure.js';
export * from './registry.js';
export * from './sources.js';
