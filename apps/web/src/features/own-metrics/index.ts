export { NewOwnMetricPage, OwnMetricPage } from './components/own-metric-page.js';
export { OwnMetricsPage } from './components/own-metrics-page.js';
