import { useState } from 'react';
import { useText } from '../../../shared/i18n/catalogue.js';
import { Alert, Button, NativeSelect, PasswordInput, Textarea } from '../../../shared/ui/controls.js';
import { useTrial } from '../api/calls.js';
import { developersText } from './text.js';

/** A row of each source as its documentation shows it. */
const samples = {
  activities: { externalId: 'call-981', type: 'call', owner: 'moses-frase', completedAt: '2026-03-02T10:00:00Z' },
  'pipeline-items': { externalId: 'crm-4711', name: 'A deal', owner: 'moses-frase', stage: 'engaging', occurredAt: '2026-03-02', value: '1054.00' },
  companies: { externalId: 'acc-17', name: 'Acme' },
  sales: { externalId: 'invoice-2041', owner: 'moses-frase', occurredAt: '2026-03-02', amount: '1054.00' },
  'arr-movements': { externalId: 'sub-77', company: 'acc-17', owner: 'moses-frase', occurredAt: '2026-03-02', kind: 'new', amount: '1200.00' },
  renewals: { externalId: 'renewal-77', company: 'acc-17', owner: 'moses-frase', dueOn: '2026-03-31', outcome: 'open' },
  'survey-responses': { externalId: 'answer-31', kind: 'nps', score: 9, contact: 'pat', owner: 'moses-frase', answeredAt: '2026-03-02' },
  'partner-lists': { externalId: 'list-12', item: 'crm-4711', partnerListSize: 12, partnerListDueDate: '2026-03-31' },
  tasks: { externalId: 'task-88', title: 'Call them', owner: 'moses-frase', dueOn: '2026-03-31' },
  'task-updates': { externalId: 'task-88-week-12', task: 'task-88', toldAt: '2026-03-02', progress: 40 },
  interactions: { externalId: 'visit-204', company: 'acc-17', owner: 'moses-frase', kind: 'visit', occurredAt: '2026-03-02', topic: 'New plant' },
  'company-updates': { externalId: 'update-17', company: 'acc-17', owner: 'moses-frase', asOfOn: '2026-03-01', arr: '1200.00' },
  programmes: { externalId: 'spring-2026', name: 'Spring 2026', startsOn: '2026-03-01', endsOn: '2026-05-31' },
  enrolments: { externalId: 'spring-2026-acme', programme: 'spring-2026', company: 'acc-17', fromOn: '2026-03-01' },
} as const;
type Source = keyof typeof samples;

const textOf = (source: Source) => JSON.stringify(samples[source], null, 2);

function rowOf(text: string): object | null {
  try {
    const row: unknown = JSON.parse(text);
    return typeof row === 'object' && row !== null && !Array.isArray(row) ? row : null;
  } catch {
    return null;
  }
}

/** One row, sent with a key and its scopes, that writes nothing (PLAT-06). */
export function TryOut() {
  const t = useText(developersText);
  const [key, setKey] = useState('');
  const [source, setSource] = useState<Source>('activities');
  const [text, setText] = useState(textOf('activities'));
  const trial = useTrial();
  const row = rowOf(text);
  const choose = (next: Source) => {
    setSource(next);
    setText(textOf(next));
    trial.reset();
  };
  return (
    <div className="wm-form">
      <p>{t('tryText')}</p>
      <PasswordInput
        label={t('tryKey')}
        description={t('tryKeyHint')}
        autoComplete="off"
        value={key}
        onChange={(event) => setKey(event.currentTarget.value)}
      />
      <NativeSelect
        label={t('source')}
        value={source}
        onChange={(event) => choose(event.currentTarget.value as Source)}
        data={Object.keys(samples)}
      />
      <Textarea
        label={t('tryRow')}
        autosize
        minRows={6}
        maxRows={16}
        error={row ? undefined : t('tryWrong')}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <div className="wm-row">
        <Button disabled={!row || key.trim() === ''} loading={trial.isPending} onClick={() => row && trial.mutate({ key: key.trim(), source, row })}>
          {t('trySend')}
        </Button>
      </div>
      {trial.isError && (
        <Alert color="gray" variant="outline" role="alert">
          {t('tryFailed')}
        </Alert>
      )}
      {trial.data && (
        <div role="status">
          <h3>
            {t('tryAnswer')}: {trial.data.status}
          </h3>
          <pre className="wm-scroll" tabIndex={0}>
            {trial.data.body}
          </pre>
        </div>
      )}
    </div>
  );
}
