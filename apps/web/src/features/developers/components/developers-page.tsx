import { useQuery } from '@tanstack/react-query';
import { useText } from '../../../shared/i18n/catalogue.js';
import { Card, Page } from '../../../shared/ui/page.js';
import { EmptyState, Loaded } from '../../../shared/ui/states.js';
import { apiKeysQuery } from '../api/api-keys.js';
import { Calls } from './calls.js';
import { KeyTable } from './key-table.js';
import { NewKey } from './new-key.js';
import { developersText } from './text.js';
import { TryOut } from './try-out.js';

/** Keys of other systems and how to use them (PLAT-06). */
export function DevelopersPage() {
  const t = useText(developersText);
  const keys = useQuery(apiKeysQuery);
  return (
    <Page title={t('title')} lead={t('lead')}>
      <div className="wm-stack">
        <Card title={t('keys')}>
          <Loaded query={keys} lines={4}>
            {({ items }) => (items.length === 0 ? <EmptyState title={t('noKeys')} text={t('noKeysText')} /> : <KeyTable keys={items} />)}
          </Loaded>
        </Card>
        <Card title={t('calls')}>
          <Calls keys={keys.data?.items ?? []} />
        </Card>
        <Card title={t('new')}>
          <NewKey />
        </Card>
        <Card title={t('try')}>
          <TryOut />
        </Card>
        <Card title={t('using')}>
          <p>{t('usingText')}</p>
          <p>
            <code>Authorization: Bearer wmk_…</code>
          </p>
          <p>{t('usingRows')}</p>
          <div className="wm-row">
            <a className="wm-button" href="/api/docs">
              {t('docs')}
            </a>
          </div>
        </Card>
      </div>
    </Page>
  );
}
