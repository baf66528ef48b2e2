import type { AuditEvent } from '@waymark/contracts';
import { useText } from '../../../shared/i18n/catalogue.js';
import { useClock } from '../../../shared/i18n/time.js';
import { DataTable } from '../../../shared/ui/table.js';
import { auditText } from './text.js';

/** Lines of the trail. */
export function AuditTable({ rows }: { rows: AuditEvent[] }) {
  const t = useText(auditText);
  const clock = useClock();
  return (
    <DataTable<AuditEvent>
      caption={t('title')}
      rows={rows}
      rowKey={({ id }) => id}
      columns={[
        { key: 'at', label: t('at'), cell: ({ at }) => <span className="wm-unbroken">{clock.instant(at)}</span> },
        {
          key: 'action',
          label: t('what'),
          cell: ({ action, objectType }) => (action.startsWith(`${objectType}.`) ? action : `${action} · ${objectType}`),
        },
        { key: 'actor', label: t('by'), cell: ({ actor }) => actor?.name ?? t('system') },
        { key: 'subject', label: t('subject'), cell: ({ subject }) => subject?.name ?? '–' },
        { key: 'change', label: t('change'), cell: (line) => <Change {...line} /> },
        { key: 'reason', label: t('reason'), cell: ({ reason }) => reason ?? '–' },
        { key: 'seq', label: t('place'), cell: ({ seq }) => seq, numeric: true },
      ]}
    />
  );
}

/** Each field that is named, before and after; a thing that was made has no before. */
function Change({ before, after }: Pick<AuditEvent, 'before' | 'after'>) {
  const names = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])];
  if (names.length === 0) return '–';
  return (
    <>
      {names.map((name) => (
        <span key={name} className="wm-change">
          {name}: {before && `${valueText(before[name])} → `}
          {valueText(after?.[name])}
        </span>
      ))}
    </>
  );
}

const valueText = (value: unknown) => (value === undefined || value === null ? '–' : typeof value === 'string' ? value : JSON.stringify(value));
