export * from './database.js';
export * from './clock.js';
export * from './statement-counter.js';
export * from './browser.js';
export * from './faulty-network.js';
export * from './plans.js';
export * from './cut-connection.js';
export * from './made-once.js';
