import { useQuery } from '@tanstack/react-query';
import { queries } from '../../../shared/api/queries.js';
import { useMay } from '../../../shared/api/session.js';
import { useText } from '../../../shared/i18n/catalogue.js';
import { dayText, useClock } from '../../../shared/i18n/time.js';
import { AppLink } from '../../../shared/ui/link.js';
import { Card, Page } from '../../../shared/ui/page.js';
import { DataTable } from '../../../shared/ui/table.js';
import { EmptyState, Loaded } from '../../../shared/ui/states.js';
import { goalsText } from './text.js';

/** All periods, newest first. */
export function PeriodsPage() {
  const t = useText(goalsText);
  const clock = useClock();
  const periods = useQuery(queries.periods());
  const newPeriod = useMay('periods.manage') && (
    <AppLink to="/admin/periods/new" className="wm-button wm-primary">
      {t('newPeriod')}
    </AppLink>
  );
  return (
    <Page title={t('periods')} lead={t('periodsLead', { zone: clock.zone })} actions={newPeriod}>
      <Loaded query={periods} lines={5}>
        {({ items }) =>
          items.length === 0 ? (
            <EmptyState title={t('noPeriods')} text={t('noPeriodsText')} action={newPeriod} />
          ) : (
            <Card>
              <DataTable
                caption={t('periods')}
                rows={[...items].sort((one, other) => (one.startsOn < other.startsOn ? 1 : -1))}
                rowKey={(period) => period.id}
                columns={[
                  { key: 'name', label: t('name'), cell: (period) => <AppLink to={`/admin/periods/${period.id}`}>{period.name}</AppLink> },
                  { key: 'kind', label: t('kind'), cell: (period) => t(`kind.${period.kind}`) },
                  { key: 'dates', label: t('dates'), cell: (period) => `${dayText(period.startsOn)} – ${dayText(period.endsOn)}` },
                  { key: 'state', label: t('state'), cell: (period) => t(`state.${period.state}`) },
                  { key: 'days', label: t('workingDays'), cell: (period) => period.workingDays, numeric: true },
                  {
                    key: 'goals',
                    label: t('goalCount'),
                    cell: (period) => (
                      <AppLink to="/goals" search={{ period: period.id }}>
                        {String(period.goalCount)}
                      </AppLink>
                    ),
                    numeric: true,
                  },
                ]}
              />
            </Card>
          )
        }
      </Loaded>
    </Page>
  );
}
