export { ForgotPasswordPage, InvitationPage, ResetPasswordPage } from './components/link-pages.js';
export { InboxPage } from './components/inbox-page.js';
export { SecurityPage } from './components/security-page.js';
export { SignInPage } from './components/sign-in-page.js';
