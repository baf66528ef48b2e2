import type { Named } from '@waymark/contracts';
import { Fragment, type ReactNode } from 'react';
import { useMay } from '../../../../shared/api/session.js';
import { AppLink } from '../../../../shared/ui/link.js';

/** The name of a company, which leads to its page where the reader may see companies. */
export function CompanyLink({ company }: { company: Named | null | undefined }) {
  const sees = useMay('companies.read');
  if (!company) return '–';
  return sees ? <AppLink to={`/companies/${company.id}`}>{company.name}</AppLink> : company.name;
}

/** What belongs together in one line; what is missing is left out. */
export function Line({ parts }: { parts: ReactNode[] }) {
  return parts.filter(Boolean).map((part, n) => (
    <Fragment key={n}>
      {n > 0 && ' · '}
      {part}
    </Fragment>
  ));
}
