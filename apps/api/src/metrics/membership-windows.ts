import type { Window } from '@waymark/kernel';
import type { Measure, Member } from '@waymark/metrics';

type Membership = Pick<Member, 'ownerId' | 'from' | 'to'>;

/** People who belong to a scope for the same part of a window, for one tense. */
export interface MembershipWindow extends Window {
  tense: Measure['tense'];
  owners: string[];
}

/**
 * The parts of a window in which people belonged, each person once in each instant however many teams below they were in. What happens during the window counts
 * while they belonged; what stands at its end counts when they belonged then (Q108). One entry per different part: as many as there were moves inside the window.
 */
export function membershipWindows(members: readonly Membership[], window: Window): MembershipWindow[] {
  const parts = new Map<string, MembershipWindow>();
  const add = (tense: Measure['tense'], ownerId: string, from: Date, to: Date) => {
    const key = `${tense} ${from.getTime()} ${to.getTime()}`;
    const part = parts.get(key) ?? { tense, from, to, owners: [] };
    part.owners.push(ownerId);
    parts.set(key, part);
  };
  for (const [ownerId, stays] of staysIn(members, window)) {
    for (const { from, to } of stays) add('during', ownerId, from, to);
    if (stays.at(-1)?.to.getTime() === window.to.getTime()) add('standing', ownerId, window.from, window.to);
  }
  return [...parts.values()];
}

/** The stays of each person inside the window, in order, those that touch or overlap made one. */
function staysIn(members: readonly Membership[], window: Window): Map<string, Window[]> {
  const clipped = members
    .map(({ ownerId, from, to }) => ({
      ownerId,
      from: from === null || from < window.from ? window.from : from,
      to: to === null || to > window.to ? window.to : to,
    }))
    .filter(({ from, to }) => from < to)
    .sort((one, other) => one.from.getTime() - other.from.getTime());
  const stays = new Map<string, Window[]>();
  for (const { ownerId, from, to } of clipped) {
    const own = stays.get(ownerId) ?? [];
    const last = own.at(-1);
    if (last && from <= last.to) last.to = last.to > to ? last.to : to;
    else own.push({ from, to });
    stays.set(ownerId, own);
  }
  return stays;
}
