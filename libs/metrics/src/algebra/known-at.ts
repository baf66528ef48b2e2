import type { SourceName } from '../sources.js';
import { sourceOf } from '../sources.js';
import type { Fact } from './interpret.js';

/** A version of a fact with the time in which it was held to be true (Q98): from `known_at`, up to and without `known_to`. */
export type FactVersion = Fact & { readonly known_at: Date; readonly known_to: Date | null };

/**
 * The facts of a source as they stand (`instant` null) or as they were known at an instant, with the columns that follow from the item's other
 * versions derived anew from that knowledge. The plain reading beside which the SQL of `relation` is held.
 */
export function knownAt(source: SourceName, versions: readonly FactVersion[], instant: Date | null): Fact[] {
  const known = versionsAt(versions, instant);
  return sourceOf(source).derived === 'pipeline_events' ? timelines(known) : known;
}

/** The versions that hold now (`instant` null) or were held to be true at an instant. */
export function versionsAt(versions: readonly FactVersion[], instant: Date | null): FactVersion[] {
  return versions.filter((version) =>
    instant === null ? version.known_to === null : version.known_at <= instant && (version.known_to === null || version.known_to > instant),
  );
}

function timelines(known: readonly FactVersion[]): Fact[] {
  const byItem = new Map<string, FactVersion[]>();
  for (const version of known) {
    const item = String(version['item_id']);
    byItem.set(item, [...(byItem.get(item) ?? []), version]);
  }
  return [...byItem.values()].flatMap((versions) => timeline(versions.sort(inOrder)));
}

/** First entries into lead and deal, every entry into won and lost (Q104); a state ends where the next one begins. */
function timeline(versions: readonly FactVersion[]): Fact[] {
  const seen = new Set<unknown>();
  const agreements = agreementsOf(versions);
  return versions.map((version, n) => {
    const { kind } = version;
    const closing = kind === 'won' || kind === 'lost';
    const enters = closing ? versions[n - 1]?.['kind'] !== kind : (kind === 'lead' || kind === 'deal') && !seen.has(kind);
    seen.add(kind);
    const ended_at = (versions[n + 1]?.['occurred_at'] as Date | undefined) ?? null;
    return { ...version, entered: enters ? (kind as string) : null, agreement: agreements[n] ?? null, ended_at };
  });
}

/** Where the agreement was made, taken back and restored (Q81). What is won was agreed before and stays so. */
function agreementsOf(versions: readonly FactVersion[]): (string | null)[] {
  let ever = false;
  let before = false;
  return versions.map((version) => {
    const agreed = version['step'] === 'agreement' || version['step'] === 'list';
    const holds = agreed || version['kind'] === 'won';
    const first = agreed && !ever;
    ever ||= agreed;
    const changed = ever && before !== holds;
    before = holds;
    return first ? 'made' : changed ? (holds ? 'restored' : 'reversed') : null;
  });
}

function inOrder(a: FactVersion, b: FactVersion): number {
  const gap = (a['occurred_at'] as Date).getTime() - (b['occurred_at'] as Date).getTime();
  return gap !== 0 ? gap : Number((a['sequence'] as bigint) - (b['sequence'] as bigint));
}
