import { Link, useLocation } from '@tanstack/react-router';
import { Flag } from 'lucide-react';
import { useText } from '../../../shared/i18n/catalogue.js';
import { Button, PasswordInput, TextInput, useForm } from '../../../shared/ui/controls.js';
import { Page } from '../../../shared/ui/page.js';
import { Trouble } from '../../../shared/ui/states.js';
import { type Credentials, useSignIn } from '../api/sessions.js';
import { DemoPicker } from './demo-picker.js';
import { accessText } from './text.js';

/** Organisation, e-mail and password; in the demo also "Sign in as ...". Leads back to where the person wanted to go. */
export function SignInPage() {
  const t = useText(accessText);
  const { back } = useLocation({ select: (location) => location.search as { back?: string } });
  const organisation = /^\/([a-z0-9-]+)\//.exec(back ?? '')?.[1] ?? '';
  return (
    <main className="wm-signin">
      <p className="wm-brand">
        <Flag size={22} aria-hidden="true" /> Waymark
      </p>
      <Page title={t('title')}>
        <div className="wm-signin-columns">
          <SignInForm back={back} organisation={organisation} />
          <DemoPicker back={back} />
        </div>
      </Page>
    </main>
  );
}

function SignInForm({ back, organisation }: { back: string | undefined; organisation: string }) {
  const t = useText(accessText);
  const signIn = useSignIn(back);
  const form = useForm<Credentials>({ initialValues: { organisation, email: '', password: '' } });
  return (
    <form className="wm-card" onSubmit={form.onSubmit((values) => signIn.mutate(values))}>
      <TextInput
        label={t('organisation')}
        description={t('organisationHint')}
        name="organisation"
        autoComplete="organization"
        required
        maxLength={41}
        {...form.getInputProps('organisation')}
      />
      <TextInput label={t('email')} name="email" type="email" autoComplete="username" required maxLength={254} {...form.getInputProps('email')} />
      <PasswordInput
        label={t('password')}
        name="password"
        autoComplete="current-password"
        required
        maxLength={200}
        visibilityToggleButtonProps={{ 'aria-label': t('showPassword') }}
        {...form.getInputProps('password')}
      />
      {signIn.isError && <Trouble error={signIn.error} />}
      <Button type="submit" loading={signIn.isPending}>
        {t('signIn')}
      </Button>
      <Link to="/access/forgot" className="wm-link">
        {t('forgot')}
      </Link>
    </form>
  );
}
