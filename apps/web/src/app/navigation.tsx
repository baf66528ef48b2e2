import { useLocation } from '@tanstack/react-router';
import type { Me } from '@waymark/contracts';
import { Bell, Flag, Menu as MenuIcon } from 'lucide-react';
import { useText } from '../shared/i18n/catalogue.js';
import { Menu } from '../shared/ui/controls.js';
import { AppLink, useGo, useOrg } from '../shared/ui/link.js';
import { administration, allowed, daily, type Entry, records } from './entries.js';
import { shellText } from './shell-text.js';

/** The navigation beside the page. */
export function Rail({ me }: { me: Me }) {
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

/** How many pages stand in the phone's navigation at least, where somebody has so many. */
const fewest = 4;

/** The phone's navigation: the daily pages, and a menu for the rest. */
export function BottomBar({ me }: { me: Me }) {
  const t = useText(shellText);
  const go = useGo();
  const entries = allowed(me, [...daily, ...records]);
  const bar = Math.max(fewest, allowed(me, daily).length);
  const rest: Entry[] = [{ to: '/inbox', text: 'inbox', icon: Bell, needs: 'session.own' }, ...entries.slice(bar), ...allowed(me, administration)];
  return (
    <nav className="wm-bottom" aria-label={t('mainShort')}>
      {entries.slice(0, bar).map((entry) => (
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
