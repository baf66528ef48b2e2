import { useQuery } from '@tanstack/react-query';
import type { OwnMetricDefinitionView, OwnMetricMonth, OwnMetricPreview } from '@waymark/contracts';
import { useState } from 'react';
import { ProblemError } from '../../../shared/api/client.js';
import { queries } from '../../../shared/api/queries.js';
import { Sparkline } from '../../../shared/charts/sparkline.js';
import { useText } from '../../../shared/i18n/catalogue.js';
import { Button, NativeSelect } from '../../../shared/ui/controls.js';
import { Trouble } from '../../../shared/ui/states.js';
import { DataTable } from '../../../shared/ui/table.js';
import { usePreview } from '../api/own-metrics.js';
import { ownText } from './text.js';

/** What the definition would have said month by month: computed on the server, kept nowhere. */
export function Preview({ definition }: { definition: OwnMetricDefinitionView }) {
  const t = useText(ownText);
  const teams = useQuery(queries.teams());
  const [teamId, setTeamId] = useState('');
  const preview = usePreview();
  const fields = preview.error instanceof ProblemError ? preview.error.fields : [];
  return (
    <section className="wm-stack" aria-label={t('preview')}>
      <h3>{t('preview')}</h3>
      <p className="wm-muted">{t('previewText')}</p>
      <div className="wm-filters">
        <NativeSelect
          label={t('of')}
          value={teamId}
          onChange={(event) => setTeamId(event.currentTarget.value)}
          data={[{ value: '', label: t('everybody') }, ...(teams.data?.items ?? []).map(({ id, name }) => ({ value: id, label: name }))]}
        />
        <Button variant="default" loading={preview.isPending} onClick={() => preview.mutate({ definition, ...(teamId && { teamId }) })}>
          {t('run')}
        </Button>
      </div>
      {preview.isError && <Trouble error={preview.error} />}
      {fields.length > 0 && (
        <ul className="wm-list" role="alert">
          {fields.map(({ field, message }) => (
            <li key={`${field} ${message}`}>{message.replace(/^definition\./, '')}</li>
          ))}
        </ul>
      )}
      {preview.data && <Found found={preview.data} />}
    </section>
  );
}

function Found({ found }: { found: OwnMetricPreview }) {
  const t = useText(ownText);
  const rows = ({ counted, leftOut }: OwnMetricMonth['rows']) => t('rowsOf', { counted, leftOut });
  const known = found.months.flatMap(({ value }) => (value.value === null ? [] : [Number(value.value)]));
  const ratio = found.months.some(({ perRows }) => perRows !== null);
  return (
    <div className="wm-stack">
      <p role="status">
        {found.sentence}. {t('took', { milliseconds: found.tookMs })}
      </p>
      {found.refusal && <p className="wm-notice">{t('refused', { why: found.refusal.sentence })}</p>}
      {found.warnings.map(({ code, sentence }) => (
        <p key={code} className="wm-notice">
          {sentence}
        </p>
      ))}
      <Sparkline values={known} label={t('line', { count: known.length })} />
      {found.months.length > 0 && (
        <DataTable<OwnMetricMonth>
          caption={t('preview')}
          rows={found.months}
          rowKey={({ month }) => month}
          columns={[
            { key: 'month', label: t('month'), cell: ({ month }) => month },
            {
              key: 'value',
              label: t('value'),
              numeric: true,
              cell: ({ value }) => (value.reason ? t(`none.${value.reason as 'no_base'}`) : value.display),
            },
            { key: 'rows', label: t('rows'), cell: (month) => rows(month.rows) },
            ...(ratio ? [{ key: 'per', label: t('perRows'), cell: ({ perRows }: OwnMetricMonth) => (perRows ? rows(perRows) : '–') }] : []),
          ]}
        />
      )}
    </div>
  );
}
