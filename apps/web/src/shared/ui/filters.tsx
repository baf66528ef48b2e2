import { useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { useText } from '../i18n/catalogue.js';
import { uiText } from '../i18n/ui-text.js';
import { Button } from './controls.js';
import { EmptyState } from './states.js';

/** Reads one value of the address; undefined when it is not one that the page knows. */
type Reader<T> = (text: string) => T | undefined;

type Readers = Record<string, Reader<unknown>>;
type FiltersOf<R extends Readers> = { [Key in keyof R]?: R[Key] extends Reader<infer T> ? T : never };

export const oneOf =
  <const T extends string>(...known: T[]): Reader<T> =>
  (text) =>
    known.find((value) => value === text);

export const id: Reader<string> = (text) => (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text) ? text : undefined);

export const words =
  (max = 120): Reader<string> =>
  (text) =>
    text.length > 0 && text.length <= max ? text : undefined;

/** Filters that live in the address (WEB-03): back, reload and a copied link keep them. */
export interface Filters<R extends Readers> {
  values: FiltersOf<R>;
  /** Sets or, with undefined, removes some. `typing` replaces the history entry instead of adding one. */
  set(change: Partial<FiltersOf<R>>, options?: { typing?: boolean }): void;
  clear(): void;
  /** Names and values that the page did not know and left out. */
  stale: string[];
}

/** Reads the page's filters from the address. What it does not know is taken out of the address and named. */
export function useFilters<R extends Readers>(readers: R): Filters<R> {
  // Of the page that is shown: while the next one is on its way, the address already has what belongs to that one.
  const raw = useSearch({ strict: false }) as Record<string, string>;
  const navigate = useNavigate();
  const [stale, setStale] = useState<string[]>([]);
  const values: Record<string, unknown> = {};
  const unknown: string[] = [];
  for (const [name, text] of Object.entries(raw)) {
    const value = readers[name]?.(text);
    if (value === undefined) unknown.push(`${name}=${text}`);
    else values[name] = value;
  }
  const unknownText = unknown.join(' ');
  const go = (search: Record<string, unknown>, replace: boolean) => void navigate({ to: '.', search: search as never, replace, resetScroll: false });
  useEffect(() => {
    if (unknownText === '') return;
    setStale(unknownText.split(' '));
    go(values, true);
    // eslint-disable-next-line react-hooks/exhaustive-deps -- only what is unknown decides
  }, [unknownText]);
  return {
    values: values as FiltersOf<R>,
    set: (change, options = {}) => {
      setStale([]);
      go(
        Object.fromEntries(Object.entries({ ...values, ...change }).filter(([, value]) => value !== undefined && value !== '')),
        options.typing ?? false,
      );
    },
    clear: () => {
      setStale([]);
      go({}, false);
    },
    stale,
  };
}

/** Says which values of the address were left out. */
export function StaleFilters({ filters }: { filters: { stale: string[] } }) {
  const t = useText(uiText);
  if (filters.stale.length === 0) return null;
  return (
    <p className="wm-notice" role="status">
      {t('staleFilters', { list: filters.stale.join(', ') })}
    </p>
  );
}

interface EmptyListProps<R extends Readers> {
  filters: Filters<R>;
  /** What is said when there is nothing at all, and when the filters let nothing through. */
  none: string;
  noneText?: string;
  nothing: string;
}

/** A list without rows: nothing yet, or nothing behind these filters, with the way out of them. */
export function EmptyList<R extends Readers>({ filters, none, noneText, nothing }: EmptyListProps<R>) {
  const ui = useText(uiText);
  if (Object.keys(filters.values).length === 0) return <EmptyState title={none} text={noneText} />;
  return (
    <EmptyState
      title={nothing}
      action={
        <Button variant="default" onClick={filters.clear}>
          {ui('clearFilters')}
        </Button>
      }
    />
  );
}
