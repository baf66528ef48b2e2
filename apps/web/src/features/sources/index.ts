export { ActivitiesPage } from './components/activities-page.js';
export { ActivityPage, NewActivityPage } from './components/activity-pages.js';
export { DealPage } from './components/deal-page.js';
export { DealsPage } from './components/deals-page.js';
export { NewRecordPage, RecordPage } from './components/records/record-pages.js';
export { RecordsPage } from './components/records/records-page.js';
export { NewSalePage, SalePage } from './components/sale-pages.js';
export { SalesPage } from './components/sales-page.js';
export { NewDealPage } from './components/new-deal-page.js';
