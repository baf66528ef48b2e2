/** The query part of an address as plain text values: `?status=behind&q=anna`. Of a repeated name the last value counts. */
export function parseSearch(text: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(text));
}

/** The other way round; names in alphabetical order, so that equal filters give equal addresses. */
export function stringifySearch(values: Record<string, unknown>): string {
  const set = Object.entries(values)
    .filter(([, value]) => value !== undefined && value !== null && value !== '')
    .map(([name, value]) => [name, String(value)] as [string, string])
    .sort(([one], [other]) => (one < other ? -1 : 1));
  return set.length === 0 ? '' : `?${new URLSearchParams(set).toString()}`;
}
