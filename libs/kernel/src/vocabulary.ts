/** Words that are stored and served. Keys are permanent; labels are for people. */
export const roles = ['admin', 'leader', 'coach', 'director', 'member', 'founder'] as const;
export type Role = (typeof roles)[number];

export const scopes = ['self', 'team', 'portfolio', 'company', 'tenant'] as const;
export type Scope = (typeof scopes)[number];

export const itemKinds = ['lead', 'deal', 'won', 'lost', 'list_out'] as const;
export type ItemKind = (typeof itemKinds)[number];

export const activityTypes = ['call', 'meeting', 'email', 'qbr'] as const;
export type ActivityType = (typeof activityTypes)[number];

export const activityOutcomes = ['completed', 'no_show', 'cancelled', 'rescheduled'] as const;
export type ActivityOutcome = (typeof activityOutcomes)[number];

export const periodKinds = ['monthly', 'quarterly', 'annual'] as const;
export type PeriodKind = (typeof periodKinds)[number];

export const periodStates = ['planning', 'active', 'completed'] as const;
export type PeriodState = (typeof periodStates)[number];

export const directions = ['increase', 'decrease', 'maintain'] as const;
export type Direction = (typeof directions)[number];

export const goalStatuses = ['on_track', 'at_risk', 'behind', 'achieved', 'exceeded'] as const;
export type GoalStatus = (typeof goalStatuses)[number];

export const goalStates = ['active', 'cancelled'] as const;
export type GoalState = (typeof goalStates)[number];

/** `open` is shown, not stored: the deadline has passed and the settle window runs (Q101). */
export const gateStates = ['pending', 'open', 'passed', 'failed', 'passed_late', 'waived', 'not_evaluable'] as const;
export type GateState = (typeof gateStates)[number];

export const verdictOutcomes = ['passed', 'failed', 'not_evaluable'] as const;
export type VerdictOutcome = (typeof verdictOutcomes)[number];

export const policyVersionStates = ['draft', 'published', 'retired'] as const;
export type PolicyVersionState = (typeof policyVersionStates)[number];

export const gateRunModes = ['preview', 'enforce'] as const;
export type GateRunMode = (typeof gateRunModes)[number];

export const gateRunStates = ['queued', 'done', 'stopped', 'failed'] as const;
export type GateRunState = (typeof gateRunStates)[number];

/** In the order of weight, least first. */
export const restrictionKinds = ['warning', 'action_block', 'commission_hold', 'account_lock'] as const;
export type RestrictionKind = (typeof restrictionKinds)[number];

/** The order in which a person's restrictions are shown (Q60). */
export const restrictionDisplayOrder: readonly RestrictionKind[] = ['account_lock', 'action_block', 'commission_hold', 'warning'];

export const restrictionStates = ['proposed', 'in_force', 'lifted', 'ended', 'dismissed', 'void'] as const;
export type RestrictionState = (typeof restrictionStates)[number];

export const decisions = ['confirm', 'dismiss', 'lift'] as const;
export type Decision = (typeof decisions)[number];

/** Actions that a restriction can block. */
export const guardedActions = ['deal.create'] as const;
export type GuardedAction = (typeof guardedActions)[number];

export const importStates = ['receiving', 'queued', 'running', 'done', 'failed', 'cancelled'] as const;
export type ImportState = (typeof importStates)[number];

export const findingSeverities = ['error', 'held', 'incomplete', 'repaired'] as const;
export type FindingSeverity = (typeof findingSeverities)[number];
