export { InboxPage } from './components/inbox-page.js';
export { SignInPage } from './components/sign-in-page.js';
