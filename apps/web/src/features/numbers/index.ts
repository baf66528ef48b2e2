export { NumbersPage } from './components/numbers-page.js';
export { RecordsPage } from './components/records-page.js';
