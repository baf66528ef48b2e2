import type { CountedRow, LeftOutRow, RestrictionMath } from '@waymark/contracts';
import { useText } from '../i18n/catalogue.js';
import { AppLink } from '../ui/link.js';
import { type Column, DataTable } from '../ui/table.js';
import { receiptsText } from './text.js';

/** Rows that a gate counted and rows that it left out, each with its reason. */
export function MathRows({ math }: { math: RestrictionMath }) {
  const t = useText(receiptsText);
  const columns: Column<CountedRow>[] = [
    { key: 'row', label: t('row'), cell: (row) => <AppLink to={`/deals/${row.id}`}>{row.name}</AppLink> },
    { key: 'company', label: t('company'), cell: (row) => row.company ?? '–' },
    { key: 'stage', label: t('stage'), cell: (row) => row.stage ?? '–' },
    { key: 'amount', label: t('amount'), cell: (row) => row.amount?.display ?? '–', numeric: true },
  ];
  return (
    <>
      <h3>{t('countedTotal', { amount: math.countedTotal.display })}</h3>
      {math.counted.length === 0 ? (
        <p>{t('countedNone')}</p>
      ) : (
        <DataTable caption={t('countedRows')} rows={math.counted} rowKey={(row) => row.id} columns={columns} />
      )}
      <h3>{t('leftOutTotal', { amount: math.leftOutTotal.display })}</h3>
      {math.leftOut.length === 0 ? (
        <p>{t('leftOutNone')}</p>
      ) : (
        <DataTable<LeftOutRow>
          caption={t('leftOutRows')}
          rows={math.leftOut}
          rowKey={(row) => row.id}
          columns={[...(columns as Column<LeftOutRow>[]), { key: 'reason', label: t('reason'), cell: (row) => row.reasonText }]}
        />
      )}
    </>
  );
}
