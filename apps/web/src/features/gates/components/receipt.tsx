import type { CountedRow, LeftOutRow, RestrictionMath } from '@waymark/contracts';
import { useText } from '../../../shared/i18n/catalogue.js';
import { useClock } from '../../../shared/i18n/time.js';
import { AppLink } from '../../../shared/ui/link.js';
import { type Column, DataTable } from '../../../shared/ui/table.js';
import { gatesText } from './text.js';

/** The math behind a verdict: formula, rows counted, rows left out each with its reason. */
export function Receipt({ math }: { math: RestrictionMath }) {
  const t = useText(gatesText);
  const clock = useClock();
  const columns: Column<CountedRow>[] = [
    { key: 'row', label: t('row'), cell: (row) => <AppLink to={`/deals/${row.id}`}>{row.name}</AppLink> },
    { key: 'company', label: t('company'), cell: (row) => row.company ?? '–' },
    { key: 'stage', label: t('stage'), cell: (row) => row.stage ?? '–' },
    { key: 'amount', label: t('amount'), cell: (row) => row.amount?.display ?? '–', numeric: true },
  ];
  return (
    <details className="wm-details">
      <summary>{t('seeMath', { counted: math.counted.length, left: math.leftOut.length })}</summary>
      <div className="wm-stack">
        <p>
          {t('formula')}: {math.formula}
        </p>
        <p className="wm-muted">{t('facts', { when: clock.instant(math.asOf), known: clock.instant(math.knownUntil) })}</p>
        <h3>
          {t('counted')}: {math.countedTotal.display}
        </h3>
        {math.counted.length === 0 ? (
          <p>{t('countedNone')}</p>
        ) : (
          <DataTable caption={t('counted')} rows={math.counted} rowKey={(row) => row.id} columns={columns} />
        )}
        <h3>
          {t('leftOut')}: {math.leftOutTotal.display}
        </h3>
        {math.leftOut.length === 0 ? (
          <p>{t('leftOutNone')}</p>
        ) : (
          <DataTable<LeftOutRow>
            caption={t('leftOut')}
            rows={math.leftOut}
            rowKey={(row) => row.id}
            columns={[...(columns as Column<LeftOutRow>[]), { key: 'reason', label: t('reason'), cell: (row) => row.reasonText }]}
          />
        )}
      </div>
    </details>
  );
}
