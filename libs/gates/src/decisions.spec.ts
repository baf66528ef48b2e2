import { describe, expect, it } from '@jest/globals';
import { decide, type DecisionCase } from './decisions.js';

const now = new Date('2017-10-06T10:00:00Z');
const hash = 'a'.repeat(64);
const base: DecisionCase = {
  kind: 'commission_hold',
  state: 'proposed',
  subjectId: 'rep',
  evidenceHash: hash,
  voidAt: null,
  now,
  confirmations: [],
  subjectIsLastAdmin: false,
};
const lock: DecisionCase = { ...base, kind: 'account_lock', voidAt: new Date('2017-10-12T00:00:00Z') };
const leader = { id: 'leader', isAdmin: false, leadsSubject: true };
const admin = { id: 'admin', isAdmin: true, leadsSubject: false };
const both = { id: 'both', isAdmin: true, leadsSubject: true };
const said = (decider: typeof leader) => ({ ...decider, evidenceHash: hash });
const told = (facts: DecisionCase, decider: typeof leader, decision: 'confirm' | 'dismiss' | 'lift' = 'confirm', seen = hash) => {
  const result = decide(facts, decider, decision, seen);
  return result.ok ? (result.waitsFor ? `waits for ${result.waitsFor}` : result.next) : result.code;
};

describe('decisions', () => {
  it('GATE-05 (proposal, decision) one decider confirms or dismisses a hold: a leader above the person or an admin', () => {
    expect([told(base, leader), told(base, admin), told(base, leader, 'dismiss')]).toEqual(['in_force', 'in_force', 'dismissed']);
    expect(told(base, { id: 'x', isAdmin: false, leadsSubject: false })).toBe('forbidden');
  });

  it('GATE-05 (proposal, decision) nobody decides in an own case, not even an admin', () => {
    for (const decision of ['confirm', 'dismiss', 'lift'] as const) expect(told({ ...base, subjectId: 'both' }, both, decision)).toBe('forbidden');
  });

  it('GATE-05 (proposal, decision) a lock needs a leader above the person and an admin, in either order, and two different people', () => {
    expect([told(lock, leader), told(lock, admin)]).toEqual(['waits for admin', 'waits for leader']);
    expect([told({ ...lock, confirmations: [said(leader)] }, admin), told({ ...lock, confirmations: [said(admin)] }, leader)]).toEqual([
      'in_force',
      'in_force',
    ]);
    expect(told({ ...lock, confirmations: [said(both)] }, both)).toBe('conflict');
    expect(told({ ...lock, confirmations: [said(leader)] }, { ...leader, id: 'other leader' })).toBe('conflict');
    expect(told({ ...lock, confirmations: [said(admin)] }, { ...admin, id: 'other admin' })).toBe('conflict');
    expect([told({ ...lock, confirmations: [said(both)] }, leader), told({ ...lock, confirmations: [said(both)] }, admin)]).toEqual([
      'in_force',
      'in_force',
    ]);
  });

  it('GATE-05 (proposal, decision) is bound to the evidence: another hash, and earlier confirmations of it, do not count', () => {
    expect(told(base, leader, 'confirm', 'b'.repeat(64))).toBe('precondition_failed');
    expect(told({ ...lock, confirmations: [{ ...leader, evidenceHash: 'b'.repeat(64) }] }, admin)).toBe('waits for leader');
  });

  it('GATE-05 (proposal, decision) case 44 who confirmed and has no right to it any more has no voice: the lock waits for others', () => {
    const left = { id: 'left', isAdmin: false, leadsSubject: false, evidenceHash: hash };
    expect([told({ ...lock, confirmations: [left] }, admin), told({ ...lock, confirmations: [left, said(admin)] }, leader)]).toEqual([
      'waits for leader',
      'in_force',
    ]);
  });

  it('GATE-05 (proposal, decision) a proposed lock is void after its time, to the millisecond', () => {
    const voidAt = lock.voidAt as Date;
    expect([told({ ...lock, now: new Date(voidAt.getTime() - 1) }, leader), told({ ...lock, now: voidAt }, leader)]).toEqual([
      'waits for admin',
      'conflict',
    ]);
  });

  it('GATE-05 (proposal, decision) the last active admin cannot be locked', () => {
    expect(told({ ...lock, subjectIsLastAdmin: true }, leader)).toBe('conflict');
  });

  it('GATE-12 (override) lifting takes one person, always; what is not in force cannot be lifted', () => {
    for (const kind of ['warning', 'action_block', 'commission_hold', 'account_lock'] as const)
      expect(told({ ...lock, kind, state: 'in_force' }, leader, 'lift')).toBe('lifted');
    expect([told(base, leader, 'lift'), told({ ...base, state: 'ended' }, leader, 'lift'), told({ ...base, state: 'in_force' }, leader)]).toEqual([
      'conflict',
      'conflict',
      'conflict',
    ]);
  });
});
