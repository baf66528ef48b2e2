import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { OwnSession } from '@waymark/contracts';
import { useState } from 'react';
import { FormEnd, useProblemForm } from '../../../shared/forms/problem-form.js';
import { useText } from '../../../shared/i18n/catalogue.js';
import { useClock } from '../../../shared/i18n/time.js';
import { uiText } from '../../../shared/i18n/ui-text.js';
import { Button, PasswordInput } from '../../../shared/ui/controls.js';
import { Card, Page } from '../../../shared/ui/page.js';
import { Loaded, Trouble } from '../../../shared/ui/states.js';
import { type Column, DataTable } from '../../../shared/ui/table.js';
import { useToast } from '../../../shared/ui/toasts.js';
import { changePassword, ownSessionsQuery, useEndSession, useSignOutEverywhere } from '../api/own-sessions.js';
import { OwnData } from './own-data.js';
import { OwnReads } from './own-reads.js';
import { accessText } from './text.js';

/** Where one is signed in, the own password, and who looked at what is one's own. */
export function SecurityPage() {
  const t = useText(accessText);
  const sessions = useQuery(ownSessionsQuery);
  const [asking, setAsking] = useState(false);
  const current = sessions.data?.items.find((session) => session.current);
  return (
    <Page title={t('security')} lead={t('securityLead')}>
      <Card
        title={t('sessions')}
        aside={
          <Button variant="default" aria-expanded={asking} onClick={() => setAsking(!asking)}>
            {t('everywhere')}
          </Button>
        }
      >
        {asking && <SignOutEverywhere stay={() => setAsking(false)} />}
        <Loaded query={sessions} lines={4}>
          {({ items }) => <SessionTable sessions={items} />}
        </Loaded>
      </Card>
      <Card title={t('changePassword')}>
        {current && current.kind !== 'password' ? <p>{t(current.kind === 'demo' ? 'noPasswordDemo' : 'noPasswordOutside')}</p> : <PasswordForm />}
      </Card>
      <OwnData />
      <OwnReads />
    </Page>
  );
}

function SessionTable({ sessions }: { sessions: OwnSession[] }) {
  const t = useText(accessText);
  const clock = useClock();
  const end = useEndSession();
  const columns: Column<OwnSession>[] = [
    { key: 'device', label: t('device'), cell: ({ device, current }) => (current ? t('thisSession', { device }) : device) },
    { key: 'address', label: t('address'), cell: ({ address }) => address ?? '–' },
    { key: 'startedAt', label: t('startedAt'), cell: ({ startedAt }) => clock.instant(startedAt) },
    { key: 'lastUsedAt', label: t('lastUsedAt'), cell: ({ lastUsedAt }) => clock.instant(lastUsedAt) },
    {
      key: 'end',
      label: t('endColumn'),
      cell: (session) =>
        session.current ? (
          '–'
        ) : (
          <Button
            variant="default"
            size="compact-sm"
            loading={end.isPending && end.variables === session.id}
            onClick={() => end.mutate(session.id)}
            aria-label={t('endOf', { device: session.device, since: clock.instant(session.startedAt) })}
          >
            {t('end')}
          </Button>
        ),
    },
  ];
  return (
    <>
      {end.isError && <Trouble error={end.error} />}
      <DataTable caption={t('sessions')} columns={columns} rows={sessions} rowKey={({ id }) => id} />
    </>
  );
}

/** The question before all sessions end. */
function SignOutEverywhere({ stay }: { stay: () => void }) {
  const t = useText(accessText);
  const ui = useText(uiText);
  const leave = useSignOutEverywhere();
  return (
    <div className="wm-stack" role="group" aria-label={t('everywhereTitle')}>
      <p>{t('everywhereText')}</p>
      {leave.isError && <Trouble error={leave.error} />}
      <div className="wm-row">
        <Button autoFocus loading={leave.isPending} onClick={() => leave.mutate()}>
          {t('everywhereYes')}
        </Button>
        <Button variant="default" onClick={stay}>
          {ui('cancel')}
        </Button>
      </div>
    </div>
  );
}

function PasswordForm() {
  const t = useText(accessText);
  const say = useToast();
  const client = useQueryClient();
  const initial = { currentPassword: '', newPassword: '' };
  const problem = useProblemForm({
    initial,
    send: async (values) => {
      await changePassword(values);
      say(t('passwordChanged'));
      await client.invalidateQueries({ queryKey: ['sessions'] });
    },
  });
  const { form, busy } = problem;
  const done = form.isTouched() && !form.isDirty() && !busy && problem.failure === null;
  return (
    <form onSubmit={problem.submit} className="wm-form">
      <PasswordInput
        label={t('currentPassword')}
        autoComplete="current-password"
        required
        maxLength={128}
        visibilityToggleButtonProps={{ 'aria-label': t('showPassword') }}
        {...form.getInputProps('currentPassword')}
      />
      <PasswordInput
        label={t('newPassword')}
        description={t('newPasswordHint')}
        autoComplete="new-password"
        required
        minLength={12}
        maxLength={128}
        visibilityToggleButtonProps={{ 'aria-label': t('showNewPassword') }}
        {...form.getInputProps('newPassword')}
      />
      {done && <p role="status">{t('passwordChanged')}</p>}
      <FormEnd of={problem} label={t('changePassword')} />
    </form>
  );
}
