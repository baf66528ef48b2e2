import { useState } from 'react';
import { useText } from '../i18n/catalogue.js';
import { uiText } from '../i18n/ui-text.js';
import { Button } from './controls.js';

/**
 * Rows in the order in which the reader first saw them, although live values would sort them anew (WEB-04): what went away is gone, what is new comes at the
 * end. `about` says what is listed; another list is sorted again. `again` takes the new order over, when the reader asks for it.
 */
export function useSteadyOrder<Row>(rows: readonly Row[], keyOf: (row: Row) => string, about: string): { rows: Row[]; again: (() => void) | null } {
  const keys = rows.map(keyOf);
  const [seen, setSeen] = useState({ about, keys });
  const order = seen.about === about ? merged(seen.keys, keys) : keys;
  if (seen.about !== about || order.join(' ') !== seen.keys.join(' ')) setSeen({ about, keys: order });
  const byKey = new Map(rows.map((row) => [keyOf(row), row]));
  const moved = order.join(' ') !== keys.join(' ');
  return { rows: order.flatMap((key) => byKey.get(key) ?? []), again: moved ? () => setSeen({ about, keys }) : null };
}

function merged(before: readonly string[], now: readonly string[]): string[] {
  const [here, known] = [new Set(now), new Set(before)];
  return [...before.filter((key) => here.has(key)), ...now.filter((key) => !known.has(key))];
}

/** Offers the new order; nothing while the order is right. It stands beside a text and its width is kept, so that nothing moves when it comes. */
export function SortAgain({ again }: { again: (() => void) | null }) {
  const t = useText(uiText);
  return (
    <p className="wm-sort-again" role="status">
      {again && (
        <Button variant="subtle" size="compact-sm" onClick={again} aria-label={t('sortAgainWhy')}>
          {t('sortAgain')}
        </Button>
      )}
    </p>
  );
}
