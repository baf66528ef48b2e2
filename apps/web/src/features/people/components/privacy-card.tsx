import type { ErasureResult, UserDetail } from '@waymark/contracts';
import { useState } from 'react';
import { FormEnd, useProblemForm } from '../../../shared/forms/problem-form.js';
import { useText } from '../../../shared/i18n/catalogue.js';
import { Button, Textarea, TextInput } from '../../../shared/ui/controls.js';
import { Card } from '../../../shared/ui/page.js';
import { Trouble } from '../../../shared/ui/states.js';
import { useErase, useExportOf } from '../api/privacy.js';
import { peopleText } from './text.js';

type Erased = ErasureResult & { name: string };

/** Export and erasure of what is stored about a person (PLAT-11). */
export function PrivacyCard({ person }: { person: UserDetail }) {
  const t = useText(peopleText);
  const take = useExportOf(person.id);
  const [asking, setAsking] = useState(false);
  const [erased, setErased] = useState<Erased | null>(null);
  return (
    <Card title={t('privacy')}>
      <p className="wm-muted">{t('privacyText', { name: person.name })}</p>
      {take.isError && <Trouble error={take.error} />}
      {take.isSuccess && <p role="status">{t('exported')}</p>}
      <div className="wm-row">
        <Button variant="default" loading={take.isPending} onClick={() => take.mutate()}>
          {t('exportData')}
        </Button>
        {!erased && !asking && (
          <Button variant="default" onClick={() => setAsking(true)}>
            {t('erase')}
          </Button>
        )}
      </div>
      {erased && <ErasedNotice erased={erased} />}
      {asking && (
        <EraseForm
          person={person}
          stay={() => setAsking(false)}
          done={(result) => {
            setErased(result);
            setAsking(false);
          }}
        />
      )}
    </Card>
  );
}

function ErasedNotice({ erased }: { erased: Erased }) {
  const t = useText(peopleText);
  return (
    <div className="wm-notice" role="status">
      <p>{t('erased', { name: erased.name, pseudonym: erased.pseudonym })}</p>
      <p>{t('erasedCounts', { replaced: erased.replacedMentions, sealed: erased.sealedMentions })}</p>
    </div>
  );
}

/** What an erasure does, and the name and the reason typed out before it does. */
function EraseForm({ person, stay, done }: { person: UserDetail; stay: () => void; done: (result: Erased) => void }) {
  const t = useText(peopleText);
  const erase = useErase(person.id);
  const editor = useProblemForm({
    initial: { confirmName: '', reason: '' },
    send: async (values) => done({ ...(await erase.mutateAsync(values)), name: person.name }),
  });
  const field = editor.form.getInputProps;
  return (
    <form className="wm-form" onSubmit={editor.submit} noValidate>
      <h3>{t('eraseTitle', { name: person.name })}</h3>
      <p>{t('eraseText')}</p>
      <ul className="wm-list">
        {(['eraseOverwritten', 'eraseMentions', 'eraseStays', 'eraseSealed'] as const).map((line) => (
          <li key={line}>{t(line)}</li>
        ))}
      </ul>
      <TextInput label={t('eraseName', { name: person.name })} required autoFocus autoComplete="off" maxLength={200} {...field('confirmName')} />
      <Textarea label={t('eraseReason')} description={t('eraseReasonHint')} required autosize minRows={2} maxLength={500} {...field('reason')} />
      <FormEnd of={editor} label={t('eraseYes')} cancel={stay} />
    </form>
  );
}
