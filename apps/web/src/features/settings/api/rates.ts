import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import type { CreateExchangeRate, ExchangeRate } from '@waymark/contracts';
import { call } from '../../../shared/api/client.js';
import { allRows } from '../../../shared/api/queries.js';

const path = '/api/exchange-rates';

export const ratesQuery = queryOptions({ queryKey: ['rates'], queryFn: ({ signal }) => allRows<ExchangeRate>(path, {}, signal) });

function useWrite<In, Out>(write: (input: In) => Promise<Out>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: write,
    onSuccess: () => ['rates', 'sales'].forEach((topic) => void client.invalidateQueries({ queryKey: [topic] })),
  });
}

/** Adds a rate, or corrects the one that is given. */
export const useSaveRate = (rate: ExchangeRate | null) =>
  useWrite((values: CreateExchangeRate) =>
    rate
      ? call<ExchangeRate>('PATCH', `${path}/${rate.id}`, { rate: values.rate }, { version: rate.version })
      : call<ExchangeRate>('POST', path, values),
  );

export const useRemoveRate = () => useWrite(({ id, version }: ExchangeRate) => call<null>('DELETE', `${path}/${id}`, undefined, { version }));
