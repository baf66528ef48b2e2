import { Link, useNavigate, useParams } from '@tanstack/react-router';
import type { AriaAttributes, ReactNode, Ref } from 'react';

interface AppLinkProps extends AriaAttributes {
  /** Path below the organisation: "/goals". */
  to: string;
  search?: Record<string, string | undefined>;
  hash?: string;
  className?: string;
  title?: string;
  children?: ReactNode;
  ref?: Ref<HTMLAnchorElement>;
}

/** A link inside the signed-in part of the app; `to` is the path below the organisation. */
export function AppLink({ to, search = {}, className = 'wm-link', ...rest }: AppLinkProps) {
  const org = useOrg();
  return <Link to={`/${org}${to}`} search={search as never} className={className} {...rest} />;
}

/** The organisation's short name as in the address. */
export function useOrg(): string {
  return (useParams({ strict: false }) as { org?: string }).org ?? '';
}

/** Goes to a path below the organisation. */
export function useGo(): (to: string, search?: Record<string, string | undefined>) => Promise<void> {
  const navigate = useNavigate();
  const org = useOrg();
  return (to, search = {}) => navigate({ to: `/${org}${to}`, search: search as never });
}
