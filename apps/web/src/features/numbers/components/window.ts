import { usePeriod } from '../../../shared/api/period.js';
import { useClock } from '../../../shared/i18n/time.js';
import { id } from '../../../shared/ui/filters.js';

const day = (text: string) => (/^\d{4}-\d{2}-\d{2}$/.test(text) ? text : undefined);

/** What of a number stands in the address: whose, and which days. */
export const numberReaders = { owner: id, team: id, from: day, to: day };

/** The days of the address; without them those of the period that runs, up to today. */
export function useWindow(given: { from?: string; to?: string }) {
  const clock = useClock();
  const { query, period } = usePeriod(undefined);
  const from = given.from ?? period?.startsOn;
  const to = given.to ?? (period && (period.endsOn < clock.today ? period.endsOn : clock.today));
  return { query, window: from !== undefined && to !== undefined ? { from, to } : null };
}
