import { describe, expect, it } from '@jest/globals';
import { roles } from '@waymark/kernel';
import { capabilities, capabilitiesOf, permissions, scopeOf } from './permissions.js';

describe('the permission table', () => {
  it('PLAT-04 (roles) knows every role, and a role that nobody knows may nothing', () => {
    expect(Object.keys(permissions).sort()).toEqual([...roles].sort());
    expect(capabilitiesOf(['nobody'])).toEqual([]);
  });

  it('PLAT-04 (roles) scope is separate from role: the same capability reaches self, team or tenant', () => {
    expect([scopeOf(['member'], 'deals.write'), scopeOf(['leader'], 'deals.write'), scopeOf(['admin'], 'deals.write')]).toEqual([
      'self',
      'team',
      'tenant',
    ]);
    expect(scopeOf(['founder'], 'deals.read')).toBeNull();
  });

  it('PLAT-04 (roles) a person with several roles has the widest of their scopes', () => {
    expect(scopeOf(['member', 'leader'], 'goals.read')).toBe('team');
    expect(scopeOf(['leader', 'member'], 'goals.read')).toBe('team');
  });

  it('PLAT-04 (roles) only admins hold what changes rules or loads history', () => {
    for (const capability of ['policies.manage', 'periods.manage', 'facts.backfill', 'imports.run', 'gates.run'] as const)
      expect(roles.filter((role) => scopeOf([role], capability) !== null)).toEqual(['admin']);
  });

  it('GATE-05 (proposal, decision) an account lock narrows every capability to the own rows', () => {
    expect(scopeOf(['leader'], 'deals.read', true)).toBe('self');
    expect(scopeOf(['leader'], 'session.own', true)).toBe('self');
  });

  it('PLAT-04 (roles) every capability is held by somebody', () => {
    const orphans = Object.keys(capabilities).filter((capability) => !roles.some((role) => scopeOf([role], capability as never) !== null));
    expect(orphans).toEqual([]);
  });
});
