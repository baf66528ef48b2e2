import { useQuery } from '@tanstack/react-query';
import type { GatePolicyVersion, GateRunResult } from '@waymark/contracts';
import { useState } from 'react';
import { usePeriod } from '../../../shared/api/period.js';
import { useText } from '../../../shared/i18n/catalogue.js';
import { dayText } from '../../../shared/i18n/time.js';
import { uiText } from '../../../shared/i18n/ui-text.js';
import { Button, NativeSelect } from '../../../shared/ui/controls.js';
import { DataTable } from '../../../shared/ui/table.js';
import { Loaded, Trouble } from '../../../shared/ui/states.js';
import { runQuery, usePreview } from '../api/policies.js';
import { policiesText } from './text.js';

/** What the saved version would have said about a period: judged on the server, without any effect. */
export function Preview({ version }: { version: GatePolicyVersion }) {
  const t = useText(policiesText);
  const [periodId, setPeriodId] = useState<string | undefined>(undefined);
  const chosen = usePeriod(periodId);
  const preview = usePreview();
  const run = useQuery({ ...runQuery(preview.data?.id ?? ''), enabled: preview.data !== undefined });
  if (!chosen.period) return null;
  const { id } = chosen.period;
  return (
    <section className="wm-stack" aria-label={t('preview')}>
      <h3>{t('preview')}</h3>
      <p className="wm-muted">{t('previewText')}</p>
      <div className="wm-filters">
        <NativeSelect
          label={t('period')}
          value={id}
          onChange={(event) => setPeriodId(event.currentTarget.value)}
          data={chosen.periods.map((period) => ({ value: period.id, label: period.name }))}
        />
        <Button
          variant="default"
          loading={preview.isPending || run.data?.state === 'queued'}
          onClick={() => preview.mutate({ periodId: id, policyVersionId: version.id })}
        >
          {t('run')}
        </Button>
      </div>
      {preview.isError && <Trouble error={preview.error} />}
      {preview.data && (
        <Loaded query={run}>{(found) => (found.result ? <Result result={found.result} /> : <p role="status">{t('running')}</p>)}</Loaded>
      )}
    </section>
  );
}

function Result({ result }: { result: GateRunResult }) {
  const t = useText(policiesText);
  const ui = useText(uiText);
  const kinds = Object.entries(result.restrictions).filter(([, count]) => count > 0);
  const list = kinds.map(([kind, count]) => `${ui(`kind.${kind as 'warning'}`)} ${count}`).join(', ');
  return (
    <div className="wm-stack">
      <p role="status">{list ? t('result', { people: result.people, list }) : t('resultNone', { people: result.people })}</p>
      {result.stopped && <p className="wm-notice">{result.stopped}</p>}
      <DataTable
        caption={t('preview')}
        rows={result.steps}
        rowKey={(step) => String(step.order)}
        columns={[
          { key: 'gate', label: t('gate'), cell: (step) => step.name },
          { key: 'deadline', label: t('deadline'), cell: (step) => dayText(step.deadlineOn) },
          { key: 'judged', label: t('judged'), cell: (step) => step.judged, numeric: true },
          { key: 'passed', label: t('passed'), cell: (step) => step.passed, numeric: true },
          { key: 'missed', label: t('missed'), cell: (step) => step.failed, numeric: true },
          { key: 'none', label: t('noData'), cell: (step) => step.notEvaluable, numeric: true },
        ]}
      />
      {result.steps
        .filter(({ failedPeople }) => failedPeople.length > 0)
        .map((step) => (
          <details key={step.order} className="wm-details">
            <summary>{t('whoMissed', { gate: step.name, count: step.failedPeople.length })}</summary>
            <DataTable
              caption={t('whoMissed', { gate: step.name, count: step.failedPeople.length })}
              rows={step.failedPeople}
              rowKey={(person) => person.userId}
              columns={[
                { key: 'person', label: t('person'), cell: (person) => person.name },
                { key: 'measured', label: t('measured'), cell: (person) => person.measured, numeric: true },
                { key: 'needed', label: t('needed'), cell: (person) => person.needed, numeric: true },
              ]}
            />
          </details>
        ))}
    </div>
  );
}
