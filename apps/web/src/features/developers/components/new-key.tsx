import type { ApiKeyScope, CreatedApiKey } from '@waymark/contracts';
import { useState } from 'react';
import { FormEnd, useProblemForm } from '../../../shared/forms/problem-form.js';
import { useText } from '../../../shared/i18n/catalogue.js';
import { Button, Checkbox, NativeSelect, TextInput } from '../../../shared/ui/controls.js';
import { useToast } from '../../../shared/ui/toasts.js';
import { useCreateApiKey } from '../api/api-keys.js';
import { developersText } from './text.js';

const scopes = ['facts:read', 'facts:write'] as const;
const lives = ['30', '90', '180', '365'] as const;

/** The form for a key, and in its place the key when it has been made. The key lives in this component's memory only. */
export function NewKey() {
  const t = useText(developersText);
  const create = useCreateApiKey();
  const [made, setMade] = useState<CreatedApiKey | null>(null);
  const initial: { label: string; scopes: ApiKeyScope[]; expiresInDays: string } = { label: '', scopes: ['facts:read'], expiresInDays: '90' };
  const editor = useProblemForm({
    initial,
    send: async (values) => {
      setMade(await create.mutateAsync({ ...values, expiresInDays: Number(values.expiresInDays) }));
      create.reset();
      editor.form.setValues(initial);
    },
  });
  const field = editor.form.getInputProps;
  if (made) return <MadeKey of={made} close={() => setMade(null)} />;
  return (
    <form className="wm-form" onSubmit={editor.submit} noValidate>
      <TextInput label={t('label')} description={t('labelHint')} required maxLength={120} {...field('label')} />
      <Checkbox.Group label={t('scopes')} description={t('scopeHint')} {...field('scopes')}>
        <div className="wm-row">
          {scopes.map((scope) => (
            <Checkbox key={scope} value={scope} label={t(`scope.${scope}`)} />
          ))}
        </div>
      </Checkbox.Group>
      <NativeSelect label={t('days')} data={lives.map((value) => ({ value, label: t(`days.${value}`) }))} {...field('expiresInDays')} />
      <FormEnd of={editor} label={t('create')} />
    </form>
  );
}

function MadeKey({ of, close }: { of: CreatedApiKey; close: () => void }) {
  const t = useText(developersText);
  const say = useToast();
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(of.token ?? '');
      say(t('copied'));
    } catch {
      say(t('notCopied')); // plain http, or the person said no
    }
  };
  return (
    <div className="wm-stack" role="group" aria-label={t('madeTitle')}>
      <h3>{t('madeTitle')}</h3>
      <p role="status">{t(of.token ? 'madeText' : 'gone')}</p>
      {of.token && <TextInput label={t('theKey')} readOnly value={of.token} onFocus={(event) => event.currentTarget.select()} />}
      <div className="wm-row">
        {of.token && <Button onClick={() => void copy()}>{t('copy')}</Button>}
        <Button variant="default" onClick={close}>
          {t('done')}
        </Button>
      </div>
    </div>
  );
}
