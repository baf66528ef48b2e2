import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { queries } from '../api/queries.js';
import { Select } from '../ui/controls.js';

interface PickProps {
  label: string;
  value?: string;
  onChange: (id: string) => void;
  error?: ReactNode;
  required?: boolean;
  description?: string;
}

const pick = (props: PickProps, data: { value: string; label: string }[]) => (
  <Select
    label={props.label}
    description={props.description}
    data={data}
    value={props.value || null}
    onChange={(value) => props.onChange(value ?? '')}
    searchable
    clearable={!props.required}
    required={props.required}
    error={props.error}
    limit={100}
    clearButtonProps={{ 'aria-label': `${props.label}: ×` }}
  />
);

/** One person of the organisation, found by typing. */
export function PersonSelect(props: PickProps) {
  const people = useQuery({ ...queries.users(), staleTime: 60_000 });
  return pick(props, people.data?.items.map(({ id, name }) => ({ value: id, label: name })) ?? []);
}

/** One team. */
export function TeamSelect(props: PickProps) {
  const teams = useQuery({ ...queries.teams(), staleTime: 60_000 });
  return pick(props, teams.data?.items.map(({ id, name }) => ({ value: id, label: name })) ?? []);
}

/** One company. */
export function CompanySelect(props: PickProps) {
  const companies = useQuery({ ...queries.companies(), staleTime: 60_000 });
  return pick(props, companies.data?.items.map(({ id, name }) => ({ value: id, label: name })) ?? []);
}
