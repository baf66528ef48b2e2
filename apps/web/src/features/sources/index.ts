export { DealPage } from './components/deal-page.js';
export { DealsPage } from './components/deals-page.js';
export { NewDealPage } from './components/new-deal-page.js';
