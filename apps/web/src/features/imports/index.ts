export { ImportPage } from './components/import-page.js';
export { ImportsPage } from './components/imports-page.js';
