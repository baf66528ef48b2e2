import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { PipelineItemPage } from '@waymark/contracts';
import { type ReactNode, useState } from 'react';
import { call, query } from '../api/client.js';
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
    openOnFocus={false}
    clearable={!props.required}
    required={props.required}
    error={props.error}
    limit={100}
    clearButtonProps={{ 'aria-label': `${props.label}: ×` }}
  />
);

/** One person of the organisation, found by typing; with `roles` one who has any of them. */
export function PersonSelect({ roles, ...props }: PickProps & { roles?: readonly string[] }) {
  const people = useQuery({ ...queries.users(), staleTime: 60_000 });
  const found = people.data?.items.filter((person) => !roles || person.roles.some((role) => roles.includes(role))) ?? [];
  return pick(
    props,
    found.map(({ id, name }) => ({ value: id, label: name })),
  );
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

/** One lead or deal that the reader may see: the server looks for what is typed. `chosen` is the one that the form began with. */
export function DealSelect({ chosen, ...props }: PickProps & { chosen: { id: string; name: string } | null }) {
  const [typed, setTyped] = useState('');
  const [picked, setPicked] = useState(chosen);
  // The name of what is chosen stands in the field: that is no question.
  const asked = typed === picked?.name ? '' : typed;
  const deals = useQuery({
    queryKey: ['deals', 'choices', asked],
    queryFn: ({ signal }) =>
      call<PipelineItemPage>('GET', `/api/pipeline-items${query({ q: asked || undefined, limit: 50 })}`, undefined, { signal }),
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  });
  const found = (deals.data?.items ?? []).map(({ id, name, company }) => ({ value: id, label: company ? `${name} (${company.name})` : name }));
  const own = picked && !found.some(({ value }) => value === picked.id) ? [{ value: picked.id, label: picked.name }] : [];
  return (
    <Select
      label={props.label}
      description={props.description}
      data={[...own, ...found]}
      value={props.value || null}
      onChange={(value, option) => {
        setPicked(value === null || option === null ? null : { id: value, name: option.label });
        props.onChange(value ?? '');
      }}
      onSearchChange={setTyped}
      filter={({ options }) => options}
      searchable
      openOnFocus={false}
      clearable={!props.required}
      error={props.error}
      clearButtonProps={{ 'aria-label': `${props.label}: ×` }}
    />
  );
}
