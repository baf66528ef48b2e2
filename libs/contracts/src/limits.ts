/** Limits shared by the API's validation and the forms of the web app. No decorators here, so that the browser may import it. */
export const limits = {
  name: 120,
  text: 2000,
  key: 120,
  externalId: 120,
  search: 120,
  email: 254,
  password: { min: 12, max: 128 },
  /** Rows of one call with facts. */
  ingestRows: 10_000,
  page: { default: 50, max: 200 },
  /** Largest amount in minor units: ten thousand billion; sums of a million such rows stay inside a 64-bit integer. */
  amountMinor: 1_000_000_000_000_000,
  year: { min: 1900, max: 2999 },
} as const;
