import { describe, expect, it } from '@jest/globals';
import type { ItemKind } from '@waymark/kernel';
import { createsDeal } from './deal-guard.js';

const ann = (kind: ItemKind) => ({ kind, ownerId: 'ann' });

describe('createsDeal', () => {
  it.each<[string, ItemKind | null, ItemKind, boolean]>([
    ['a new deal', null, 'deal', true],
    ['a new item that is won at once', null, 'won', true],
    ['a new lead', null, 'lead', false],
    ['promoting a lead', 'lead', 'deal', true],
    ['winning a lead at once', 'lead', 'won', true],
    ['losing a lead', 'lead', 'lost', false],
    ['moving an open deal on (qualifying)', 'deal', 'deal', false],
    ['winning a deal', 'deal', 'won', false],
    ['re-opening a lost deal', 'lost', 'deal', true],
    ['re-opening a won deal', 'won', 'deal', true],
  ])('GATE-07 (REST) %s counts as creating a deal or not', (_what, before, after, expected) => {
    expect(createsDeal(before === null ? null : ann(before), ann(after))).toBe(expected);
  });

  it('GATE-07 (reassignment) giving an open deal to somebody counts, giving a lead or a closed deal does not', () => {
    expect(createsDeal(ann('deal'), { kind: 'deal', ownerId: 'ben' })).toBe(true);
    expect(createsDeal(ann('lead'), { kind: 'lead', ownerId: 'ben' })).toBe(false);
    expect(createsDeal(ann('won'), { kind: 'won', ownerId: 'ben' })).toBe(false);
  });
});
