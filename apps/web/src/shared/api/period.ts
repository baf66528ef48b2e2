import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import type { GoalPeriod } from '@waymark/contracts';
import { queries, type Rows } from './queries.js';
import { useMe } from './session.js';

export interface ChosenPeriod {
  query: UseQueryResult<Rows<GoalPeriod>>;
  periods: GoalPeriod[];
  /** The one asked for, else the one that runs now; undefined while loading and when there is none. */
  period: GoalPeriod | undefined;
}

/** The period a page looks at: the one of the address, else the shortest active one that holds today, else an active one, else the latest. */
export function usePeriod(id: string | undefined): ChosenPeriod {
  const query = useQuery({ ...queries.periods(), staleTime: 60_000 });
  const periods = [...(query.data?.items ?? [])].sort((one, other) => (one.startsOn < other.startsOn ? 1 : -1));
  const { today } = useMe().organisation;
  const over = ({ startsOn, endsOn }: GoalPeriod) => Number(today < startsOn || today > endsOn);
  const active = periods
    .filter(({ state }) => state === 'active')
    .sort((one, other) => over(one) - over(other) || one.workingDays - other.workingDays);
  return { query, periods, period: periods.find((period) => period.id === id) ?? active[0] ?? periods[0] };
}
