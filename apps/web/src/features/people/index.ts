export { PeoplePage } from './components/people-page.js';
export { NewPersonPage, PersonPage } from './components/person-page.js';
export { RolesPage } from './components/roles-page.js';
export { TeamPage } from './components/team-page.js';
export { NewTeamPage, TeamsPage } from './components/teams-page.js';
