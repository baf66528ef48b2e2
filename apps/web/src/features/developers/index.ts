export { DevelopersPage } from './components/developers-page.js';
