import { useInfiniteQuery } from '@tanstack/react-query';
import { useText } from '../../../shared/i18n/catalogue.js';
import { useClock } from '../../../shared/i18n/time.js';
import { uiText } from '../../../shared/i18n/ui-text.js';
import { Button } from '../../../shared/ui/controls.js';
import { AppLink } from '../../../shared/ui/link.js';
import { Card } from '../../../shared/ui/page.js';
import { Skeleton, Trouble } from '../../../shared/ui/states.js';
import { DataTable } from '../../../shared/ui/table.js';
import { ownReadsQuery } from '../api/own-reads.js';
import { accessText } from './text.js';

/** Who looked at one's restrictions, and when (PLAT-07). */
export function OwnReads() {
  const t = useText(accessText);
  const ui = useText(uiText);
  const clock = useClock();
  const reads = useInfiniteQuery(ownReadsQuery);
  if (reads.isPending)
    return (
      <Card title={t('reads')}>
        <Skeleton lines={2} />
      </Card>
    );
  const rows = reads.data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <Card title={t('reads')}>
      {reads.isError && <Trouble error={reads.error} retry={() => void reads.refetch()} />}
      {reads.isSuccess && rows.length === 0 && <p className="wm-muted">{t('readsNone')}</p>}
      {rows.length > 0 && (
        <DataTable
          caption={t('reads')}
          rows={rows}
          rowKey={({ at, restrictionId, by }) => `${at} ${restrictionId} ${by?.id}`}
          columns={[
            { key: 'at', label: t('readAt'), cell: ({ at }) => clock.instant(at) },
            { key: 'by', label: t('readBy'), cell: ({ by }) => by?.name ?? '–' },
            {
              key: 'what',
              label: t('readWhat'),
              cell: ({ restrictionId }) => <AppLink to={`/restrictions/${restrictionId}`}>{t('readLink')}</AppLink>,
            },
          ]}
        />
      )}
      {reads.hasNextPage && (
        <Button variant="default" loading={reads.isFetchingNextPage} onClick={() => void reads.fetchNextPage()}>
          {ui('more')}
        </Button>
      )}
    </Card>
  );
}
