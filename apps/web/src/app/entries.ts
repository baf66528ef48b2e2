import type { Me } from '@waymark/contracts';
import {
  Banknote,
  Braces,
  Building2,
  CalendarCheck,
  CalendarRange,
  Flag,
  Handshake,
  ListChecks,
  House,
  type LucideIcon,
  Network,
  NotebookPen,
  ScrollText,
  Settings,
  ShieldCheck,
  Sigma,
  Upload,
  Users,
  Waypoints,
} from 'lucide-react';

/** A page of the navigation. */
export interface Entry {
  to: string;
  text:
    | 'home'
    | 'goals'
    | 'gates'
    | 'deals'
    | 'lists'
    | 'numbers'
    | 'activities'
    | 'sales'
    | 'records'
    | 'companies'
    | 'inbox'
    | 'imports'
    | 'periods'
    | 'people'
    | 'teams'
    | 'ownMetrics'
    | 'policies'
    | 'settings'
    | 'developers'
    | 'audit';
  icon: LucideIcon;
  /** The capability without which it is not shown. */
  needs: string;
}

export const daily: Entry[] = [
  { to: '/home', text: 'home', icon: House, needs: 'session.own' },
  { to: '/goals', text: 'goals', icon: Flag, needs: 'goals.read' },
  { to: '/gates', text: 'gates', icon: Waypoints, needs: 'gates.read' },
  { to: '/deals', text: 'deals', icon: Handshake, needs: 'deals.read' },
  { to: '/lists', text: 'lists', icon: ListChecks, needs: 'deals.read' },
];

/** What goals and gates are fed from; on a phone they stand behind More. */
export const records: Entry[] = [
  { to: '/numbers', text: 'numbers', icon: Sigma, needs: 'metrics.read' },
  { to: '/activities', text: 'activities', icon: CalendarCheck, needs: 'activities.read' },
  { to: '/sales', text: 'sales', icon: Banknote, needs: 'sales.read' },
  { to: '/records/renewals', text: 'records', icon: NotebookPen, needs: 'customers.read' },
  { to: '/records/interactions', text: 'records', icon: NotebookPen, needs: 'work.read' },
  { to: '/companies', text: 'companies', icon: Building2, needs: 'companies.read' },
];

export const administration: Entry[] = [
  { to: '/admin/periods', text: 'periods', icon: CalendarRange, needs: 'periods.manage' },
  { to: '/admin/people', text: 'people', icon: Users, needs: 'people.manage' },
  { to: '/admin/teams', text: 'teams', icon: Network, needs: 'teams.manage' },
  { to: '/admin/own-metrics', text: 'ownMetrics', icon: Sigma, needs: 'metrics.manage' },
  { to: '/admin/policies', text: 'policies', icon: ShieldCheck, needs: 'policies.manage' },
  { to: '/admin/imports', text: 'imports', icon: Upload, needs: 'imports.run' },
  { to: '/admin/settings', text: 'settings', icon: Settings, needs: 'settings.manage' },
  { to: '/admin/developers', text: 'developers', icon: Braces, needs: 'integrations.manage' },
  { to: '/admin/audit', text: 'audit', icon: ScrollText, needs: 'audit.read' },
];

/** What somebody may open; of two ways to the same place the first. */
export const allowed = (me: Me, entries: Entry[]) =>
  entries.filter(({ needs }) => me.capabilities.includes(needs)).filter(({ text }, n, open) => open.findIndex((other) => other.text === text) === n);
