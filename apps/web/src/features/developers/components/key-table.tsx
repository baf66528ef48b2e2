import type { ApiKey } from '@waymark/contracts';
import { useState } from 'react';
import { useText } from '../../../shared/i18n/catalogue.js';
import { useClock } from '../../../shared/i18n/time.js';
import { uiText } from '../../../shared/i18n/ui-text.js';
import { Button } from '../../../shared/ui/controls.js';
import { Trouble } from '../../../shared/ui/states.js';
import { type Column, DataTable } from '../../../shared/ui/table.js';
import { useToast } from '../../../shared/ui/toasts.js';
import { useRevokeApiKey } from '../api/api-keys.js';
import { developersText } from './text.js';

/** Every key of the organisation, those that have ended too. */
export function KeyTable({ keys }: { keys: ApiKey[] }) {
  const t = useText(developersText);
  const clock = useClock();
  const [asking, setAsking] = useState<ApiKey | null>(null);
  const columns: Column<ApiKey>[] = [
    { key: 'label', label: t('label'), cell: ({ label }) => label },
    { key: 'hint', label: t('begins'), cell: ({ hint }) => <code>{hint}…</code> },
    { key: 'scopes', label: t('scopes'), cell: ({ scopes }) => scopes.map((scope) => t(`scope.${scope}`)).join(', ') },
    { key: 'createdBy', label: t('createdBy'), cell: ({ createdBy }) => createdBy.name },
    { key: 'state', label: t('state'), cell: ({ state }) => t(`state.${state}`) },
    { key: 'lastUsedAt', label: t('lastUsedAt'), cell: ({ lastUsedAt }) => (lastUsedAt ? clock.instant(lastUsedAt) : t('never')) },
    { key: 'expiresAt', label: t('expiresAt'), cell: ({ expiresAt }) => clock.instant(expiresAt) },
    {
      key: 'revoke',
      label: t('revokeColumn'),
      cell: (key) =>
        key.revokedAt ? (
          '–'
        ) : (
          <Button variant="default" size="compact-sm" onClick={() => setAsking(key)} aria-label={t('revokeOf', { label: key.label })}>
            {t('revoke')}
          </Button>
        ),
    },
  ];
  return (
    <>
      {asking && <RevokeQuestion key={asking.id} of={asking} close={() => setAsking(null)} />}
      <DataTable caption={t('keys')} columns={columns} rows={keys} rowKey={({ id }) => id} />
    </>
  );
}

/** The question before a key ends for good. */
function RevokeQuestion({ of, close }: { of: ApiKey; close: () => void }) {
  const t = useText(developersText);
  const ui = useText(uiText);
  const say = useToast();
  const revoke = useRevokeApiKey();
  const run = () =>
    revoke.mutate(of.id, {
      onSuccess: () => {
        say(t('revoked'));
        close();
      },
    });
  return (
    <div className="wm-stack" role="group" aria-label={t('revokeTitle', { label: of.label })}>
      <h3>{t('revokeTitle', { label: of.label })}</h3>
      <p>{t('revokeText')}</p>
      {revoke.isError && <Trouble error={revoke.error} />}
      <div className="wm-row">
        <Button autoFocus loading={revoke.isPending} onClick={run}>
          {t('revokeYes')}
        </Button>
        <Button variant="default" onClick={close}>
          {ui('cancel')}
        </Button>
      </div>
    </div>
  );
}
