import { useMay, useMe } from '../../../shared/api/session.js';
import { usePeriod } from '../../../shared/api/period.js';
import { useText } from '../../../shared/i18n/catalogue.js';
import { dayText, daysFrom, useClock } from '../../../shared/i18n/time.js';
import { id, StaleFilters, useFilters } from '../../../shared/ui/filters.js';
import { Page } from '../../../shared/ui/page.js';
import { PeriodSelect } from '../../../shared/ui/period-select.js';
import { EmptyState, Loaded } from '../../../shared/ui/states.js';
import { CompaniesHome } from './companies-home.js';
import { LeaderHome } from './leader-home.js';
import { RepHome } from './rep-home.js';
import { RestrictionStrips } from './restriction-strips.js';
import { homeText } from './text.js';

/** What needs me now. */
export function HomePage() {
  return useMay('goals.read') ? <MeasuredHome /> : <UnmeasuredHome />;
}

/** For whom nothing is measured: the companies one works with. */
function UnmeasuredHome() {
  const t = useText(homeText);
  const me = useMe();
  return (
    <Page title={t('hello', { name: me.name.split(' ')[0] })} trail={[me.organisation.name]}>
      <RestrictionStrips restrictions={me.restrictions} />
      {useMay('companies.read') ? <CompaniesHome /> : <EmptyState title={t('noGoals')} text={t('noRoleText')} />}
    </Page>
  );
}

/** Am I (are we) on pace. Restrictions come first. */
function MeasuredHome() {
  const t = useText(homeText);
  const me = useMe();
  const clock = useClock();
  const filters = useFilters({ period: id });
  const chosen = usePeriod(filters.values.period);
  const { period } = chosen;
  const day = period ? Math.min(daysFrom(period.startsOn, clock.today), daysFrom(period.startsOn, period.endsOn)) + 1 : 0;
  const leads = me.capabilities.includes('restrictions.decide');
  return (
    <Page
      title={t('hello', { name: me.name.split(' ')[0] })}
      trail={[me.organisation.name]}
      lead={
        period
          ? t('lead', { period: period.name, day: Math.max(0, day), days: daysFrom(period.startsOn, period.endsOn) + 1, zone: clock.zone })
          : undefined
      }
      actions={<PeriodSelect chosen={chosen} label={t('period')} onChange={(period) => filters.set({ period })} />}
    >
      <StaleFilters filters={filters} />
      <RestrictionStrips restrictions={me.restrictions} />
      <Loaded query={chosen.query} lines={8}>
        {() => {
          if (!period) return <EmptyState title={t('noPeriod')} text={t('noPeriodText')} />;
          if (period.startsOn > clock.today) return <EmptyState title={t('firstPeriod', { day: dayText(period.startsOn) })} />;
          return leads ? <LeaderHome period={period} /> : <RepHome period={period} />;
        }}
      </Loaded>
    </Page>
  );
}
