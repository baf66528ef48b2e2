import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { allRows } from '../../../../shared/api/queries.js';
import { Select } from '../../../../shared/ui/controls.js';
import type { FactRecord } from '../../api/records.js';

interface Props {
  of: 'task' | 'programme';
  label: string;
  value?: string;
  onChange: (id: string) => void;
  error?: ReactNode;
  required?: boolean;
  description?: string | undefined;
}

/** One task or programme of those that the reader may see, found by typing. */
export function ThingSelect({ of, onChange, value, ...input }: Props) {
  const path = of === 'task' ? '/api/tasks' : '/api/programmes';
  const things = useQuery({
    queryKey: ['records', path, 'choices'],
    queryFn: ({ signal }) => allRows<FactRecord>(path, of === 'task' ? { state: 'open' } : {}, signal),
    staleTime: 60_000,
  });
  const data = things.data?.items.map((one) => ({ value: one.id, label: String(one[of === 'task' ? 'title' : 'name']) })) ?? [];
  return <Select {...input} data={data} value={value || null} onChange={(id) => onChange(id ?? '')} searchable openOnFocus={false} limit={100} />;
}
