import { Outlet, useLocation } from '@tanstack/react-router';
import type { Me } from '@waymark/contracts';
import {
  Banknote,
  Bell,
  Braces,
  Building2,
  CalendarCheck,
  CalendarRange,
  Flag,
  Handshake,
  ListChecks,
  House,
  type LucideIcon,
  Menu as MenuIcon,
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
import { useMe } from '../shared/api/session.js';
import { catalogue, useText } from '../shared/i18n/catalogue.js';
import messages from '../shared/i18n/en/shell.json' with { type: 'json' };
import { dayText } from '../shared/i18n/time.js';
import { Menu } from '../shared/ui/controls.js';
import { AppLink, useGo, useOrg } from '../shared/ui/link.js';
import { RefusalPanel } from '../shared/ui/restricted.js';
import { Boundary } from '../shared/ui/states.js';
import { AccountMenu } from './account-menu.js';
import { LiveIndicator, useLive } from './live.js';

export const shellText = catalogue('shell', messages);

interface Entry {
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
  needs: string;
}

const daily: Entry[] = [
  { to: '/home', text: 'home', icon: House, needs: 'session.own' },
  { to: '/goals', text: 'goals', icon: Flag, needs: 'goals.read' },
  { to: '/gates', text: 'gates', icon: Waypoints, needs: 'gates.read' },
  { to: '/deals', text: 'deals', icon: Handshake, needs: 'deals.read' },
  { to: '/lists', text: 'lists', icon: ListChecks, needs: 'deals.read' },
];

/** What goals and gates are fed from; on a phone they stand behind More. */
const records: Entry[] = [
  { to: '/numbers', text: 'numbers', icon: Sigma, needs: 'metrics.read' },
  { to: '/activities', text: 'activities', icon: CalendarCheck, needs: 'activities.read' },
  { to: '/sales', text: 'sales', icon: Banknote, needs: 'sales.read' },
  { to: '/records/renewals', text: 'records', icon: NotebookPen, needs: 'customers.read' },
  { to: '/companies', text: 'companies', icon: Building2, needs: 'companies.read' },
];

const administration: Entry[] = [
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

const allowed = (me: Me, entries: Entry[]) => entries.filter(({ needs }) => me.capabilities.includes(needs));

/** What surrounds every page of a signed-in person: navigation, the organisation's clock, the live indicator, the inbox. */
export function Shell() {
  const t = useText(shellText);
  const me = useMe();
  const live = useLive();
  return (
    <RefusalPanel>
      <a className="wm-skip" href="#main">
        {t('skip')}
      </a>
      <div className="wm-shell">
        <Rail me={me} />
        <div>
          <header className="wm-header">
            {me.organisation.demo && <p className="wm-demo">{t('demo', { day: dayText(me.organisation.today) })}</p>}
            <div className="wm-top">
              <span className="wm-top-name">{t('signedInAs', { name: me.name, organisation: me.organisation.name })}</span>
              <span className="wm-top-side">
                <LiveIndicator state={live} />
                <AppLink to="/inbox" className="wm-icon-button wm-bell" aria-label={t('unread', { count: me.unreadNotifications })}>
                  <Bell size={18} aria-hidden="true" />
                  {me.unreadNotifications > 0 && (
                    <span className="wm-bell-count" aria-hidden="true">
                      {me.unreadNotifications > 99 ? '99+' : me.unreadNotifications}
                    </span>
                  )}
                </AppLink>
                <AccountMenu />
              </span>
            </div>
          </header>
          <main id="main" className="wm-main" tabIndex={-1}>
            <Boundary>
              <Outlet />
            </Boundary>
          </main>
        </div>
      </div>
      <BottomBar me={me} />
    </RefusalPanel>
  );
}

function Rail({ me }: { me: Me }) {
  const t = useText(shellText);
  const admin = allowed(me, administration);
  return (
    <nav className="wm-rail" aria-label={t('main')}>
      <span className="wm-brand">
        <Flag size={20} aria-hidden="true" />
        <span className="wm-brand-text">Waymark</span>
      </span>
      {allowed(me, [...daily, ...records]).map((entry) => (
        <RailLink key={entry.to} entry={entry} />
      ))}
      {admin.length > 0 && (
        <p className="wm-nav-head">
          <span>{t('admin')}</span>
        </p>
      )}
      {admin.map((entry) => (
        <RailLink key={entry.to} entry={entry} />
      ))}
    </nav>
  );
}

function RailLink({ entry: { to, text, icon: Icon } }: { entry: Entry }) {
  const t = useText(shellText);
  return (
    <AppLink to={to} className="wm-nav-link" aria-current={useIsHere(to) ? 'page' : undefined} title={t(text)}>
      <Icon size={18} aria-hidden="true" />
      <span className="wm-nav-text">{t(text)}</span>
    </AppLink>
  );
}

/** The phone's navigation: the daily pages, and a menu for the rest. */
function BottomBar({ me }: { me: Me }) {
  const t = useText(shellText);
  const go = useGo();
  const rest: Entry[] = [{ to: '/inbox', text: 'inbox', icon: Bell, needs: 'session.own' }, ...allowed(me, [...records, ...administration])];
  return (
    <nav className="wm-bottom" aria-label={t('mainShort')}>
      {allowed(me, daily).map((entry) => (
        <BottomLink key={entry.to} entry={entry} />
      ))}
      <Menu position="top-end">
        <Menu.Target>
          <button type="button">
            <MenuIcon size={18} aria-hidden="true" />
            {t('more')}
          </button>
        </Menu.Target>
        <Menu.Dropdown aria-label={t('more')}>
          {rest.map(({ to, text, icon: Icon }) => (
            <Menu.Item key={to} leftSection={<Icon size={16} aria-hidden="true" />} onClick={() => void go(to)}>
              {t(text)}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
    </nav>
  );
}

function BottomLink({ entry: { to, text, icon: Icon } }: { entry: Entry }) {
  const t = useText(shellText);
  return (
    <AppLink to={to} className="wm-bottom-link" aria-current={useIsHere(to) ? 'page' : undefined}>
      <Icon size={18} aria-hidden="true" />
      {t(text === 'lists' ? 'listsShort' : text)}
    </AppLink>
  );
}

function useIsHere(to: string): boolean {
  const org = useOrg();
  const path = useLocation({ select: (location) => location.pathname });
  return path === `/${org}${to}` || path.startsWith(`/${org}${to}/`);
}
