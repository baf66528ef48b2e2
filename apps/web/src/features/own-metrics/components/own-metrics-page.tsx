import { useQuery } from '@tanstack/react-query';
import type { OwnMetric } from '@waymark/contracts';
import { useText } from '../../../shared/i18n/catalogue.js';
import { Button } from '../../../shared/ui/controls.js';
import { AppLink, useGo } from '../../../shared/ui/link.js';
import { Card, Page } from '../../../shared/ui/page.js';
import { EmptyState, Loaded } from '../../../shared/ui/states.js';
import { DataTable } from '../../../shared/ui/table.js';
import { ownMetricsQuery } from '../api/own-metrics.js';
import { ownText } from './text.js';

/** Metrics that the organisation defined itself. */
export function OwnMetricsPage() {
  const t = useText(ownText);
  const go = useGo();
  const metrics = useQuery(ownMetricsQuery());
  return (
    <Page title={t('title')} lead={t('lead')} actions={<Button onClick={() => void go('/admin/own-metrics/new')}>{t('new')}</Button>}>
      <Card>
        <Loaded query={metrics} lines={6}>
          {({ items }) =>
            items.length === 0 ? (
              <EmptyState title={t('none')} text={t('noneText')} />
            ) : (
              <DataTable<OwnMetric>
                caption={t('title')}
                rows={items}
                rowKey={(metric) => metric.id}
                columns={[
                  { key: 'label', label: t('label'), cell: (metric) => <AppLink to={`/admin/own-metrics/${metric.id}`}>{metric.label}</AppLink> },
                  { key: 'counts', label: t('counts'), cell: (metric) => metric.versions[0]?.sentence ?? '–' },
                  {
                    key: 'state',
                    label: t('state'),
                    cell: (metric) => `${t(`state.${metric.state}`)}${metric.hasDraft && metric.state !== 'draft' ? `, ${t('withDraft')}` : ''}`,
                  },
                ]}
              />
            )
          }
        </Loaded>
      </Card>
    </Page>
  );
}
