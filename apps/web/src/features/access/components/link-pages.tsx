import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Invitation } from '@waymark/contracts';
import { Flag } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { ProblemError } from '../../../shared/api/client.js';
import { FormEnd, useProblemForm } from '../../../shared/forms/problem-form.js';
import { useText } from '../../../shared/i18n/catalogue.js';
import { ownInstantText } from '../../../shared/i18n/time.js';
import { PasswordInput, TextInput } from '../../../shared/ui/controls.js';
import { Card, Facts, Page } from '../../../shared/ui/page.js';
import { EmptyState, Loaded } from '../../../shared/ui/states.js';
import { askForReset, confirmReset, invitationQuery, useAccept, useLinkToken } from '../api/links.js';
import { accessText } from './text.js';

/** A page for people who are not signed in: the name of the product, one narrow column, the way to the sign-in page. */
function Doorstep({ title, lead, children }: { title: string; lead?: string; children: ReactNode }) {
  const t = useText(accessText);
  return (
    <main className="wm-signin wm-doorstep">
      <p className="wm-brand">
        <Flag size={22} aria-hidden="true" /> Waymark
      </p>
      <Page title={title} lead={lead}>
        {children}
        <p>
          <Link to="/signin" className="wm-link">
            {t('toSignIn')}
          </Link>
        </p>
      </Page>
    </main>
  );
}

const isGone = (error: unknown) => error instanceof ProblemError && error.problem.code === 'gone';

/** A link that has ended, or that was cut off on its way. */
function DeadLink({ ended, action }: { ended?: string; action?: ReactNode }) {
  const t = useText(accessText);
  return <EmptyState title={t(ended ? 'linkGone' : 'linkBroken')} text={ended ?? t('linkBrokenText')} action={action} />;
}

/** Asks for a mailed link to set a new password (Q109). The answer is the same whoever asks. */
export function ForgotPasswordPage() {
  const t = useText(accessText);
  const [sentTo, setSentTo] = useState<string | null>(null);
  const editor = useProblemForm({
    initial: { organisation: '', email: '' },
    send: async (values) => {
      await askForReset(values);
      setSentTo(values.email);
    },
  });
  const field = editor.form.getInputProps;
  return (
    <Doorstep title={t('forgotTitle')} lead={t('forgotLead')}>
      <Card>
        {sentTo !== null ? (
          <p role="status">{t('forgotSent', { email: sentTo })}</p>
        ) : (
          <form className="wm-form" onSubmit={editor.submit} noValidate>
            <TextInput
              label={t('organisation')}
              description={t('organisationHint')}
              autoComplete="organization"
              required
              maxLength={41}
              {...field('organisation')}
            />
            <TextInput label={t('email')} type="email" autoComplete="username" required maxLength={254} {...field('email')} />
            <FormEnd of={editor} label={t('forgotSend')} />
          </form>
        )}
      </Card>
    </Doorstep>
  );
}

/** Sets a new password with the mailed link. */
export function ResetPasswordPage() {
  const t = useText(accessText);
  const token = useLinkToken();
  const [done, setDone] = useState(false);
  const editor = useProblemForm({
    initial: { password: '' },
    send: async ({ password }) => {
      await confirmReset({ token: token ?? '', password });
      setDone(true);
    },
  });
  const again = (
    <Link to="/access/forgot" className="wm-link">
      {t('resetAgain')}
    </Link>
  );
  return (
    <Doorstep title={t('resetTitle')} lead={t('resetLead')}>
      <Card>
        {done ? (
          <p role="status">{t('resetDone')}</p>
        ) : token === null ? (
          <DeadLink action={again} />
        ) : isGone(editor.failure) ? (
          <DeadLink ended={t('linkGoneText')} action={again} />
        ) : (
          <form className="wm-form" onSubmit={editor.submit} noValidate>
            <NewPassword field={editor.form.getInputProps('password')} />
            <FormEnd of={editor} label={t('resetSave')} />
          </form>
        )}
      </Card>
    </Doorstep>
  );
}

/** What an invitation is for, and the password with which it is accepted (PLAT-05). */
export function InvitationPage() {
  const t = useText(accessText);
  const token = useLinkToken();
  const invitation = useQuery({ ...invitationQuery(token ?? ''), enabled: token !== null });
  return (
    <Doorstep title={t('invitationTitle')} lead={invitation.data && t('invitationLead', { organisation: invitation.data.organisationName })}>
      <Card>
        {token === null ? (
          <DeadLink />
        ) : isGone(invitation.error) ? (
          <DeadLink ended={t('linkGoneInvitation')} />
        ) : (
          <Loaded query={invitation} lines={6}>
            {(found) => <AcceptForm token={token} invitation={found} />}
          </Loaded>
        )}
      </Card>
    </Doorstep>
  );
}

function AcceptForm({ token, invitation }: { token: string; invitation: Invitation }) {
  const t = useText(accessText);
  const accept = useAccept();
  const editor = useProblemForm({
    initial: { name: invitation.name, password: '' },
    send: ({ name, password }) => accept({ token, password, ...(name.trim() !== '' && { name }) }),
  });
  if (isGone(editor.failure)) return <DeadLink ended={t('linkGoneInvitation')} />;
  return (
    <form className="wm-form" onSubmit={editor.submit} noValidate>
      <Facts
        items={[
          [t('invitationOf'), `${invitation.organisationName} (${invitation.organisation})`],
          [t('invitationUntil'), ownInstantText(invitation.expiresAt)],
        ]}
      />
      <TextInput label={t('email')} type="email" autoComplete="username" readOnly value={invitation.email} />
      <TextInput label={t('yourName')} description={t('yourNameHint')} autoComplete="name" maxLength={120} {...editor.form.getInputProps('name')} />
      <NewPassword field={editor.form.getInputProps('password')} />
      <FormEnd of={editor} label={t('accept')} />
    </form>
  );
}

function NewPassword({ field }: { field: object }) {
  const t = useText(accessText);
  return (
    <PasswordInput
      label={t('newPassword')}
      description={t('chooseHint')}
      autoComplete="new-password"
      required
      maxLength={128}
      visibilityToggleButtonProps={{ 'aria-label': t('showNewPassword') }}
      {...field}
    />
  );
}
