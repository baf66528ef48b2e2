import { useQueries, useQuery, type UseQueryResult } from '@tanstack/react-query';
import type { GoalPeriod, MetricReading } from '@waymark/contracts';
import { queries } from '../../../shared/api/queries.js';
import { useText } from '../../../shared/i18n/catalogue.js';
import { useClock } from '../../../shared/i18n/time.js';
import { uiText } from '../../../shared/i18n/ui-text.js';
import { Explain } from '../../../shared/receipts/explain.js';
import { AppLink } from '../../../shared/ui/link.js';
import { Card } from '../../../shared/ui/page.js';
import { Loaded, Skeleton } from '../../../shared/ui/states.js';
import { PeopleTable } from './people-table.js';
import { homeText } from './text.js';

const kpis = ['revenue', 'deals_created', 'open_qualified_pipeline_value', 'win_rate', 'calls_completed'];

/** A leader's Home: what waits for a decision, the team's numbers, and the people, who needs help first. */
export function LeaderHome({ period }: { period: GoalPeriod }) {
  const t = useText(homeText);
  return (
    <div className="wm-stack">
      <Decisions />
      <section aria-labelledby="kpis" className="wm-stack">
        <h2 id="kpis">{t('kpis', { period: period.name })}</h2>
        <Kpis period={period} />
      </section>
      <Card title={t('people')} aside={<AppLink to="/gates">{t('boardLink')}</AppLink>}>
        <PeopleTable period={period} />
      </Card>
    </div>
  );
}

function Decisions() {
  const t = useText(homeText);
  const ui = useText(uiText);
  const clock = useClock();
  const proposed = useQuery(queries.restrictions({ state: 'proposed' }));
  return (
    <Card title={t('decisions')}>
      <Loaded query={proposed} lines={1}>
        {({ items }) =>
          items.length === 0 ? (
            <p>{t('noDecisions')}</p>
          ) : (
            <ul className="wm-plain-list">
              {items.map((item) => (
                <li key={item.id}>
                  <span>{t('decision', { kind: ui(`kind.${item.kind}`), name: item.user.name })}</span>
                  <span className="wm-muted">
                    {item.gateName} · {t('since', { when: clock.instant(item.since) })}
                  </span>
                  <AppLink
                    to={`/restrictions/${item.id}`}
                    aria-label={`${t('decide')}: ${t('decision', { kind: ui(`kind.${item.kind}`), name: item.user.name })}`}
                  >
                    {t('decide')}
                  </AppLink>
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
    </Card>
  );
}

/** Numbers of everybody the reader may see, from the period's first day until now. They come together, so that none moves another; one that fails says so in its place. */
function Kpis({ period }: { period: GoalPeriod }) {
  const clock = useClock();
  const info = useQuery({ ...queries.metrics(), staleTime: Infinity });
  const days = { from: period.startsOn, to: period.endsOn < clock.today ? period.endsOn : clock.today };
  const readings = useQueries({ queries: kpis.map((metric) => queries.reading(metric, days)) });
  const waits = info.isPending || readings.some(({ isPending }) => isPending);
  const known = (metric: string) => info.data?.items.find(({ key }) => key === metric);
  return (
    <div className="wm-kpis">
      {kpis.map((metric, n) => {
        const reading = readings[n];
        if (waits || !reading)
          return (
            <div key={metric} className="wm-kpi">
              <Skeleton lines={3} />
            </div>
          );
        if (info.data && !known(metric)) return null;
        return <Kpi key={metric} asked={{ metric, ...days }} label={known(metric)?.label ?? metric} reading={reading} />;
      })}
    </div>
  );
}

interface KpiProps {
  asked: { metric: string; from: string; to: string };
  label: string;
  reading: UseQueryResult<MetricReading>;
}

/** One number with the time at which it was computed. */
function Kpi({ asked, label, reading }: KpiProps) {
  const t = useText(homeText);
  const clock = useClock();
  return (
    <div className="wm-kpi">
      <span className="wm-muted">{label}</span>
      <Loaded query={reading} lines={2}>
        {({ value, computedAt }) => (
          <>
            <span className="wm-figure">
              <span className="wm-kpi-value">{value.display}</span>
              <Explain asked={asked} label={label} shown={value.display} />
            </span>
            <span className="wm-muted">{value.reason ? t('noValue') : clock.moment(computedAt)}</span>
          </>
        )}
      </Loaded>
    </div>
  );
}
