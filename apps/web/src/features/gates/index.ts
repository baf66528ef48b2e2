export { GateBoardPage } from './components/gate-board-page.js';
export { GatePage } from './components/gate-page.js';
export { RestrictionPage } from './components/restriction-page.js';
