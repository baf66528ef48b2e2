import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import type { AddHoliday, ChangeFlags, ChangeSettings, FlagSettings, Holiday, Holidays, Settings } from '@waymark/contracts';
import { call } from '../../../shared/api/client.js';

export const settingsQuery = queryOptions({
  queryKey: ['settings', 'all'],
  queryFn: ({ signal }) => call<Settings>('GET', '/api/settings', undefined, { signal }),
});

export const holidaysQuery = queryOptions({
  queryKey: ['settings', 'holidays'],
  queryFn: ({ signal }) => call<Holidays>('GET', '/api/holidays', undefined, { signal }),
});

export const flagsQuery = queryOptions({
  queryKey: ['settings', 'flags'],
  queryFn: ({ signal }) => call<FlagSettings>('GET', '/api/flags', undefined, { signal }),
});

/** Writes of settings; what everybody sees of the organisation is old afterwards. */
function useWrite<In, Out>(write: (input: In) => Promise<Out>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: write,
    onSuccess: () => Promise.all(['settings', 'me', 'periods', 'goals'].map((topic) => client.invalidateQueries({ queryKey: [topic] }))),
  });
}

export const useChangeSettings = (version: number) =>
  useWrite((change: ChangeSettings) => call<Settings>('PATCH', '/api/settings', change, { version }));
export const useChangeFlags = (version: number) => useWrite((change: ChangeFlags) => call<FlagSettings>('PATCH', '/api/flags', change, { version }));
export const useAddHoliday = () => useWrite((holiday: AddHoliday) => call<Holiday>('POST', '/api/holidays', holiday));
export const useRemoveHoliday = () => useWrite((day: string) => call('DELETE', `/api/holidays/${day}`));
