import { describe, expect, it } from '@jest/globals';
import { mustStop } from './breaker.js';
import { consequencesOf } from './consequences.js';
import { exemptionOf } from './exemptions.js';
import { afterEvent, restrictionEvents, restrictionLife } from './restriction-life.js';

const judgedAt = new Date('2017-08-16T06:00:00Z');
const periodEndsAt = new Date('2017-10-01T00:00:00Z');
const facts = { outcome: 'failed', cured: false, judgedAt, periodEndsAt } as const;
const july = { startsOn: '2017-07-01', deadlineOn: '2017-07-30', calendar: { workingDays: [1, 2, 3, 4, 5], holidays: new Set<string>() } };
const kinds = (change: object, step: object = {}) =>
  consequencesOf(
    { consequences: ['warning', 'action_block', 'commission_hold', 'account_lock'], graceDays: 0, ...step },
    { ...facts, ...change },
  ).map((c) => c.kind);

describe('consequences of a missed gate', () => {
  it('GATE-10 imposes each kind of the step as its own record: warnings and blocks act, holds and locks are proposed', () => {
    const all = consequencesOf({ consequences: ['warning', 'action_block', 'commission_hold', 'account_lock'], graceDays: 0 }, facts);
    expect(all.map((c) => [c.kind, c.state, c.actions, c.endsAt.toISOString()])).toEqual([
      ['warning', 'in_force', [], '2017-10-01T00:00:00.000Z'],
      ['action_block', 'in_force', ['deal.create'], '2017-10-01T00:00:00.000Z'],
      ['commission_hold', 'proposed', [], '2017-11-14T06:00:00.000Z'], // 90 days
      ['account_lock', 'proposed', ['deal.create'], '2017-08-30T06:00:00.000Z'], // 14 days
    ]);
  });

  it('GATE-06 imposes nothing on a passed, unknown or already cured gate', () => {
    expect([kinds({ outcome: 'passed' }), kinds({ outcome: 'not_evaluable' }), kinds({ cured: true })]).toEqual([[], [], []]);
  });

  it('GATE-06 imposes no warning and no block once the period is over; holds and locks have their own end', () => {
    expect(kinds({ judgedAt: periodEndsAt })).toEqual(['commission_hold', 'account_lock']);
    expect(kinds({ judgedAt: new Date(periodEndsAt.getTime() - 1) })).toHaveLength(4);
  });

  it('GATE-06 starts after the days of grace', () => {
    const [block] = consequencesOf({ consequences: ['action_block'], graceDays: 2 }, facts);
    expect(block?.startsAt).toEqual(new Date('2017-08-18T06:00:00Z'));
  });

  it('GATE-10 a restriction walks its table and stays closed; only warnings and blocks end by a cure', () => {
    expect([afterEvent('in_force', 'cured', 'action_block'), afterEvent('in_force', 'cured', 'commission_hold')]).toEqual(['ended', null]);
    expect([afterEvent('proposed', 'confirmed', 'commission_hold'), afterEvent('proposed', 'lapsed', 'account_lock')]).toEqual(['in_force', 'void']);
    for (const closed of ['lifted', 'ended', 'dismissed', 'void'] as const)
      expect(restrictionEvents.filter((event) => restrictionLife[closed][event])).toEqual([]);
  });

  it('GATE-12 (exemptions) exempts service accounts and people with fewer than 30 days in role, the deadline day included', () => {
    const since = (memberSince: string | null) => exemptionOf({ serviceAccount: false, memberSince, absences: [] }, july, 30);
    expect([since('2017-07-02'), since('2017-07-01'), since('2017-06-30'), since(null)]).toEqual(['new_in_role', null, null, null]); // 29, 30, 31 days
    expect(exemptionOf({ serviceAccount: true, memberSince: '2010-01-01', absences: [] }, july, 30)).toBe('service_account');
  });

  it('GATE-12 (exemptions) exempts people who were away on more than half of the working days from the first of the period to the deadline (Q76)', () => {
    const away = (until: string | null) =>
      exemptionOf({ serviceAccount: false, memberSince: null, absences: [{ from: '2017-07-01', until }] }, july, 30);
    // July 2017 begins on a Saturday; 20 working days to Sunday the 30th. Away to the 14th are 10 of them, with Monday the 17th 11.
    expect([away('2017-07-15'), away('2017-07-17'), away('2017-07-18'), away(null)]).toEqual([null, null, 'absent', 'absent']);
  });

  it('GATE-06 the breaker stops above the accepted share, not at it, and never with nobody bound', () => {
    expect([mustStop(6, 35, 20), mustStop(7, 35, 20), mustStop(8, 35, 20)]).toEqual([false, false, true]); // 20 % of 35 is 7
    expect([mustStop(35, 35, 100), mustStop(0, 0, 0), mustStop(1, 35, 0)]).toEqual([false, false, true]);
  });
});
