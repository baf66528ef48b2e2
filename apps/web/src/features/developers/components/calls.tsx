import { useQuery } from '@tanstack/react-query';
import type { ApiKey, IngestCall } from '@waymark/contracts';
import { useState } from 'react';
import { useText } from '../../../shared/i18n/catalogue.js';
import { useClock } from '../../../shared/i18n/time.js';
import { NativeSelect } from '../../../shared/ui/controls.js';
import { EmptyState, Loaded } from '../../../shared/ui/states.js';
import { type Column, DataTable } from '../../../shared/ui/table.js';
import { callsQuery } from '../api/calls.js';
import { developersText } from './text.js';

const shownProblems = 3;
const counts = ['rows', 'created', 'updated', 'unchanged', 'refused'] as const;

/** The latest calls of all keys or of one, as they come (PLAT-06). */
export function Calls({ keys }: { keys: ApiKey[] }) {
  const t = useText(developersText);
  const clock = useClock();
  const [keyId, setKeyId] = useState('');
  const calls = useQuery(callsQuery(keyId || undefined));
  const columns: Column<IngestCall>[] = [
    { key: 'at', label: t('at'), cell: ({ at }) => clock.instant(at) },
    { key: 'by', label: t('by'), cell: ({ key, user }) => key?.name ?? `${t('session')}: ${user.name}` },
    { key: 'source', label: t('source'), cell: ({ source, dryRun }) => (dryRun ? t('dry', { source }) : source) },
    ...counts.map((name): Column<IngestCall> => ({ key: name, label: t(name), cell: (call) => call[name].toLocaleString('en'), numeric: true })),
    { key: 'problems', label: t('problems'), cell: ({ problems }) => <Problems of={problems} /> },
  ];
  return (
    <div className="wm-stack">
      <div className="wm-form">
        <NativeSelect
          label={t('callsOf')}
          value={keyId}
          onChange={(event) => setKeyId(event.currentTarget.value)}
          data={[{ value: '', label: t('everyKey') }, ...keys.map(({ id, label }) => ({ value: id, label }))]}
        />
      </div>
      <Loaded query={calls} lines={4}>
        {({ items }) =>
          items.length === 0 ? (
            <EmptyState title={t('callsNone')} text={t('callsNoneText')} />
          ) : (
            <DataTable caption={t('calls')} columns={columns} rows={items} rowKey={({ id }) => id} />
          )
        }
      </Loaded>
    </div>
  );
}

function Problems({ of }: { of: IngestCall['problems'] }) {
  const t = useText(developersText);
  if (of.length === 0) return '–';
  return of
    .slice(0, shownProblems)
    .map(({ row, code, field }) => t('problem', { row, code, field: field ?? '' }).trim())
    .join('; ');
}
