import { useState } from 'react';
import { useMe } from '../../../shared/api/session.js';
import { useText } from '../../../shared/i18n/catalogue.js';
import { dayBefore, useClock } from '../../../shared/i18n/time.js';
import { Alert, Button, NativeSelect, PasswordInput, Textarea } from '../../../shared/ui/controls.js';
import { useTrial } from '../api/calls.js';
import { developersText } from './text.js';

/** A row of each source as its documentation shows it, of this person; what happened, happened on the day that is told. */
const samplesOf = (day: string, owner: string) =>
  ({
    activities: { externalId: 'call-981', type: 'call', owner, completedAt: `${day}T10:00:00Z` },
    'pipeline-items': { externalId: 'crm-4711', name: 'A deal', owner, stage: 'engaging', occurredAt: day, value: '1054.00' },
    companies: { externalId: 'acc-17', name: 'Acme' },
    sales: { externalId: 'invoice-2041', owner, occurredAt: day, amount: '1054.00' },
    'arr-movements': { externalId: 'sub-77', company: 'acc-17', owner, occurredAt: day, kind: 'new', amount: '1200.00' },
    renewals: { externalId: 'renewal-77', company: 'acc-17', owner, dueOn: day, outcome: 'open' },
    'survey-responses': { externalId: 'answer-31', kind: 'nps', score: 9, contact: 'pat', owner, answeredAt: day },
    'partner-lists': { externalId: 'list-12', item: 'crm-4711', partnerListSize: 12, partnerListDueDate: day },
    tasks: { externalId: 'task-88', title: 'Call them', owner, dueOn: day },
    'task-updates': { externalId: 'task-88-week-12', task: 'task-88', toldAt: day, progress: 40 },
    interactions: { externalId: 'visit-204', company: 'acc-17', owner, kind: 'visit', occurredAt: day, topic: 'New plant' },
    'company-updates': { externalId: 'update-17', company: 'acc-17', owner, asOfOn: day, arr: '1200.00' },
    programmes: { externalId: 'spring', name: 'Spring', startsOn: day },
    enrolments: { externalId: 'spring-acme', programme: 'spring', company: 'acc-17', fromOn: day },
  }) as const;
type Source = keyof ReturnType<typeof samplesOf>;

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
  const samples = samplesOf(dayBefore(useClock().today), useMe().name);
  const textOf = (of: Source) => JSON.stringify(samples[of], null, 2);
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
