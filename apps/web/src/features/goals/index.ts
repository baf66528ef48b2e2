export { EditGoalPage, NewGoalPage } from './components/goal-form-page.js';
export { GoalPage } from './components/goal-page.js';
export { GoalsPage } from './components/goals-page.js';
export { EditPeriodPage, NewPeriodPage } from './components/period-form-page.js';
export { PeriodsPage } from './components/periods-page.js';
