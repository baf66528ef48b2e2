import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { CircleUser, KeyRound, LogOut, Monitor, Moon, Sun } from 'lucide-react';
import { signOut, useMe } from '../shared/api/session.js';
import { catalogue, useText } from '../shared/i18n/catalogue.js';
import messages from '../shared/i18n/en/shell.json' with { type: 'json' };
import { Menu, useMantineColorScheme } from '../shared/ui/controls.js';
import { useGo } from '../shared/ui/link.js';

const text = catalogue('shell', messages);
const schemes = [
  ['light', Sun],
  ['dark', Moon],
  ['auto', Monitor],
] as const;

/** Appearance, security and sign-out. */
export function AccountMenu() {
  const t = useText(text);
  const me = useMe();
  const client = useQueryClient();
  const navigate = useNavigate();
  const go = useGo();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const leave = async () => {
    await navigate({ to: '/signin' });
    await signOut(client);
  };
  return (
    <Menu position="bottom-end" width={220}>
      <Menu.Target>
        <button type="button" className="wm-icon-button" aria-label={t('account', { name: me.name })}>
          <CircleUser size={20} aria-hidden="true" />
        </button>
      </Menu.Target>
      <Menu.Dropdown aria-label={t('account', { name: me.name })}>
        {schemes.map(([scheme, Icon]) => (
          <Menu.Item
            key={scheme}
            leftSection={<Icon size={16} aria-hidden="true" />}
            rightSection={scheme === colorScheme ? '✓' : undefined}
            onClick={() => setColorScheme(scheme)}
          >
            {t(scheme)}
          </Menu.Item>
        ))}
        <Menu.Item leftSection={<KeyRound size={16} aria-hidden="true" />} onClick={() => void go('/security')}>
          {t('security')}
        </Menu.Item>
        <Menu.Item leftSection={<LogOut size={16} aria-hidden="true" />} onClick={() => void leave()}>
          {t('signOut')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
