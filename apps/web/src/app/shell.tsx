import { Outlet } from '@tanstack/react-router';
import { Bell } from 'lucide-react';
import { useMe } from '../shared/api/session.js';
import { useText } from '../shared/i18n/catalogue.js';
import { dayText } from '../shared/i18n/time.js';
import { AppLink } from '../shared/ui/link.js';
import { RefusalPanel } from '../shared/ui/restricted.js';
import { Boundary } from '../shared/ui/states.js';
import { AccountMenu } from './account-menu.js';
import { LiveIndicator, useLive } from './live.js';
import { BottomBar, Rail } from './navigation.js';
import { shellText } from './shell-text.js';

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
