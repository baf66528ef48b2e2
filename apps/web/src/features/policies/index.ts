export { PoliciesPage } from './components/policies-page.js';
export { PolicyPage } from './components/policy-page.js';
