import { describe, expect, it } from '@jest/globals';
import { readFileSync, writeFileSync } from 'node:fs';
import { permissionsText, permissionTable } from './permission-table.js';

const committed = new URL('../../../../docs/permissions.md', import.meta.url);

describe('the table of roles', () => {
  it('PLAT-05 (roles) tells how far each role reaches, and nothing for what it may not', () => {
    const row = permissionTable().items.find(({ capability }) => capability === 'deals.read');
    expect(row?.scopes).toEqual({ admin: 'tenant', leader: 'team', member: 'self' });
  });

  it('PLAT-05 (roles) the printed table is what the guards read (write it anew with PERMISSIONS=write)', () => {
    if (process.env['PERMISSIONS'] === 'write') writeFileSync(committed, permissionsText());
    expect(readFileSync(committed, 'utf8')).toBe(permissionsText());
  });
});
