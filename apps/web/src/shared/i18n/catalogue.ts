import { useMemo } from 'react';
import { useIntl } from 'react-intl';

/** The messages of one area of the app: a JSON file of ICU texts, loaded with the pages that use it. */
export interface Catalogue<Key extends string> {
  area: string;
  messages: Record<Key, string>;
}

/** What may be put into a message. */
export type Values = Record<string, string | number | boolean | null | undefined>;

/** A catalogue whose keys the compiler knows. Full ids are `area.key`; another language overrides them in the provider. */
export function catalogue<Messages extends Record<string, string>>(area: string, messages: Messages): Catalogue<keyof Messages & string> {
  return { area, messages };
}

/** Reads texts of a catalogue in the language of the page. */
export function useText<Key extends string>(from: Catalogue<Key>): (key: Key, values?: Values) => string {
  const intl = useIntl();
  return useMemo(() => (key, values) => intl.formatMessage({ id: `${from.area}.${key}`, defaultMessage: from.messages[key] }, values), [intl, from]);
}
