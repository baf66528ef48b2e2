import type { ApiKeyScope } from '@waymark/contracts';
import type { Role, Scope } from '@waymark/kernel';

/** Everything one may be allowed to do. Declared on operations, checked before they run, sent to the web app by name. */
export const capabilities = {
  'session.own': 'Use the own session, inbox and settings',
  'organisation.read': 'See the settings of the organisation',
  'settings.manage': 'Change settings, holidays and features of the organisation',
  'people.read': 'See people and teams',
  'people.privacy': 'Export and erase the data of a person',
  'people.manage': 'Add, change and invite people',
  'absences.read': 'See when people are away',
  'absences.manage': 'Note and change absences, and see why people are away',
  'teams.manage': 'Add, move and archive teams, and say who belongs to them',
  'companies.read': 'See companies',
  'companies.write': 'Add and change companies',
  'companies.assign': 'Say who coaches companies and who belongs to them',
  'customers.read': 'See recurring revenue, renewals and answers of customers',
  'customers.write': 'Record and correct recurring revenue, renewals and answers of customers',
  'work.read': 'See tasks and interactions with companies',
  'work.write': 'Record and correct tasks and interactions with companies',
  'updates.read': 'See what companies tell of themselves',
  'updates.write': 'Record and correct what companies tell of themselves',
  'programmes.read': 'See programmes and which companies take part in them',
  'programmes.manage': 'Add and change programmes and who takes part in them',
  'deals.read': 'See pipeline items',
  'deals.write': 'Add and change pipeline items',
  'imports.run': 'Import files',
  'activities.read': 'See activities',
  'activities.write': 'Record and correct activities',
  'sales.read': 'See sales',
  'sales.write': 'Record, correct and share out sales',
  'facts.ingest': 'Send facts of the whole organisation in bulk',
  'facts.backfill': 'Load history with the time at which it became known',
  'metrics.read': 'See metrics and their values',
  'metrics.manage': 'Define, publish and archive own metrics of the organisation',
  'periods.read': 'See goal periods',
  'periods.manage': 'Add and change goal periods',
  'goals.read': 'See goals',
  'goals.manage': 'Add and change goals',
  'policies.read': 'See gate policies',
  'policies.manage': 'Change and publish gate policies',
  'gates.read': 'See gates and verdicts',
  'gates.run': 'Preview and enforce gates',
  'restrictions.read': 'See restrictions',
  'restrictions.decide': 'Confirm, dismiss and lift restrictions',
  'integrations.manage': 'Make and revoke API keys of other systems',
  'audit.read': 'Read the audit trail',
} as const;

export type Capability = keyof typeof capabilities;

type Grants = Partial<Record<Capability, Scope>>;

const everyone: Grants = { 'session.own': 'self', 'organisation.read': 'tenant' };

/** The one table of roles (Q107): guards, tests and docs read it. What is not in it is refused. */
export const permissions: Record<Role, Grants> = {
  admin: Object.fromEntries(Object.keys(capabilities).map((capability) => [capability, 'tenant'])) as Grants,
  leader: {
    ...everyone,
    'people.read': 'tenant',
    'absences.read': 'team',
    'companies.read': 'tenant',
    'companies.write': 'tenant',
    'customers.read': 'team',
    'customers.write': 'team',
    'work.read': 'team',
    'work.write': 'team',
    'updates.read': 'team',
    'updates.write': 'team',
    'programmes.read': 'tenant',
    'deals.read': 'team',
    'deals.write': 'team',
    'metrics.read': 'team',
    'periods.read': 'tenant',
    'goals.read': 'team',
    'sales.read': 'team',
    'sales.write': 'team',
    'activities.read': 'team',
    'activities.write': 'team',
    'goals.manage': 'team',
    'policies.read': 'tenant',
    'gates.read': 'team',
    'restrictions.read': 'team',
    'restrictions.decide': 'team',
  },
  member: {
    ...everyone,
    'people.read': 'tenant',
    'absences.read': 'self',
    'companies.read': 'tenant',
    'customers.read': 'self',
    'customers.write': 'self',
    'work.read': 'self',
    'work.write': 'self',
    'updates.read': 'self',
    'updates.write': 'self',
    'programmes.read': 'tenant',
    'deals.read': 'self',
    'deals.write': 'self',
    'metrics.read': 'self',
    'periods.read': 'tenant',
    'goals.read': 'self',
    'sales.read': 'self',
    'sales.write': 'self',
    'activities.read': 'self',
    'activities.write': 'self',
    'policies.read': 'tenant',
    'gates.read': 'self',
    'restrictions.read': 'self',
  },
  coach: {
    ...everyone,
    'absences.read': 'self',
    'companies.read': 'portfolio',
    'work.read': 'portfolio',
    'work.write': 'portfolio',
    'updates.read': 'portfolio',
    'updates.write': 'portfolio',
    'programmes.read': 'portfolio',
  },
  director: {
    ...everyone,
    'absences.read': 'self',
    'companies.read': 'tenant',
    'companies.assign': 'tenant',
    'people.read': 'tenant',
    'work.read': 'tenant',
    'work.write': 'tenant',
    'updates.read': 'tenant',
    'updates.write': 'tenant',
    'programmes.read': 'tenant',
    'programmes.manage': 'tenant',
  },
  founder: {
    ...everyone,
    'absences.read': 'self',
    'companies.read': 'company',
    'work.read': 'company',
    'work.write': 'self',
    'updates.read': 'company',
    'updates.write': 'company',
    'programmes.read': 'company',
  },
};

const width: Record<Scope, number> = { self: 1, company: 2, portfolio: 3, team: 4, tenant: 5 };

/** Every scope in which the roles hold the capability: what a person reaches is all of them together. An account lock narrows them to the own rows. */
export function scopesOf(roles: readonly string[], capability: Capability, locked = false): Set<Scope> {
  const scopes = roles.flatMap((role) => permissions[role as Role]?.[capability] ?? []);
  return new Set(locked && !everyone[capability] ? scopes.map(() => 'self' as const) : scopes);
}

/** The widest scope in which any of the roles holds the capability, or null. An account lock narrows everything to the own rows. */
export function scopeOf(roles: readonly string[], capability: Capability, locked = false): Scope | null {
  let widest: Scope | null = null;
  for (const role of roles) {
    const scope = permissions[role as Role]?.[capability];
    if (scope && (widest === null || width[scope] > width[widest])) widest = scope;
  }
  return widest !== null && locked && width[widest] > width.self && !everyone[capability] ? 'self' : widest;
}

/** The names of everything these roles may do. */
export function capabilitiesOf(roles: readonly string[]): Capability[] {
  return (Object.keys(capabilities) as Capability[]).filter((capability) => scopeOf(roles, capability) !== null);
}

/** What a key of a scope opens, of what its person may do (Q107). Deciding, judging, people's performance and keys themselves are in no scope. */
export const scopesOfKeys: Record<ApiKeyScope, readonly Capability[]> = {
  'facts:read': [
    'people.read',
    'companies.read',
    'customers.read',
    'deals.read',
    'activities.read',
    'sales.read',
    'work.read',
    'updates.read',
    'programmes.read',
  ],
  'facts:write': [
    'companies.write',
    'customers.write',
    'deals.write',
    'activities.write',
    'sales.write',
    'work.write',
    'updates.write',
    'programmes.manage',
    'facts.ingest',
  ],
};

/** Whether a key with these scopes opens an operation at all; the person's own rights are asked besides. */
export function keyOpens(scopes: readonly string[], capability: Capability): boolean {
  return scopes.some((scope) => scopesOfKeys[scope as ApiKeyScope]?.includes(capability));
}
