import type { PermissionTable } from '@waymark/contracts';
import type { Role } from '@waymark/kernel';
import { capabilities, type Capability, permissions } from './permissions.js';

const roles = Object.keys(permissions) as Role[];

/** The table of roles as people read it: one row per capability. */
export function permissionTable(): PermissionTable {
  const items = (Object.keys(capabilities) as Capability[]).map((capability) => ({
    capability,
    about: capabilities[capability],
    scopes: Object.fromEntries(roles.flatMap((role) => (permissions[role][capability] ? [[role, permissions[role][capability] as string]] : []))),
  }));
  return { roles, items };
}

/** The same as the page `docs/permissions.md`. */
export function permissionsText(): string {
  const { items } = permissionTable();
  const rows = items.map(
    ({ capability, about, scopes }) => `| \`${capability}\` | ${about} | ${roles.map((role) => scopes[role] ?? '').join(' | ')} |`,
  );
  return `# Who may do what

Written by \`PERMISSIONS=write npm run jest -- apps/api/src/access/permission-table\` from the table that the guards read
(\`apps/api/src/access/permissions.ts\`). A cell says how far the role reaches: the own rows (self), what is about the companies to which the person
belongs today (company) or whom they coach today (portfolio), the rows of led teams and the teams below (team), or everything of the organisation
(tenant). An empty cell: not at all. Who has several roles reaches what any of them does.

| capability | what | ${roles.join(' | ')} |
|---|---|${roles.map(() => '---|').join('')}
${rows.join('\n')}
`;
}
