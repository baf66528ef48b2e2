import { useQuery } from '@tanstack/react-query';
import type { Goal } from '@waymark/contracts';
import { usePeriod } from '../../../shared/api/period.js';
import { queries } from '../../../shared/api/queries.js';
import { useMay, useMe } from '../../../shared/api/session.js';
import { PersonSelect, TeamSelect } from '../../../shared/forms/person-select.js';
import { useText } from '../../../shared/i18n/catalogue.js';
import { uiText } from '../../../shared/i18n/ui-text.js';
import { Button, TextInput } from '../../../shared/ui/controls.js';
import { type Filters, id, oneOf, StaleFilters, useFilters, words } from '../../../shared/ui/filters.js';
import { AppLink } from '../../../shared/ui/link.js';
import { Page } from '../../../shared/ui/page.js';
import { PeriodSelect } from '../../../shared/ui/period-select.js';
import { EmptyState, Loaded } from '../../../shared/ui/states.js';
import { SortAgain, useSteadyOrder } from '../../../shared/ui/steady-order.js';
import { GoalCards, GoalTable } from './goal-lists.js';
import { StatusToggles } from './status-toggles.js';
import { goalsText } from './text.js';

const readers = {
  period: id,
  team: id,
  owner: id,
  status: oneOf('on_track', 'at_risk', 'behind', 'achieved', 'exceeded', 'none'),
  view: oneOf('cards', 'table'),
  q: words(),
};

/** How far a goal lies behind its pace, in percent points; goals without one come last. */
function gap({ progress, expectedProgress }: Goal): number {
  return progress === null || expectedProgress === null ? -Infinity : Number(expectedProgress) - Number(progress);
}

/** Goals of a period, largest gap to pace first. Every filter stands in the address (WEB-03). */
export function GoalsPage() {
  const t = useText(goalsText);
  const me = useMe();
  const filters = useFilters(readers);
  const { values } = filters;
  const chosen = usePeriod(values.period);
  const goals = useQuery({
    ...queries.goals({ periodId: chosen.period?.id, ownerId: values.owner, teamId: values.team, q: values.q }),
    enabled: chosen.period !== undefined,
  });
  return (
    <Page
      title={t('title')}
      trail={[me.organisation.name]}
      actions={
        useMay('goals.manage') && (
          <AppLink to="/goals/new" search={{ period: chosen.period?.id }} className="wm-button wm-primary">
            {t('new')}
          </AppLink>
        )
      }
    >
      <StaleFilters filters={filters} />
      <GoalFilters filters={filters} chosen={chosen} />
      <Loaded query={chosen.query} lines={6}>
        {() =>
          chosen.period === undefined ? (
            <EmptyState title={t('noPeriods')} text={t('noPeriodsText')} />
          ) : (
            <Loaded query={goals} lines={6}>
              {({ items, more }) => <GoalResults items={items} more={more} filters={filters} period={chosen.period?.name ?? ''} />}
            </Loaded>
          )
        }
      </Loaded>
    </Page>
  );
}

function GoalFilters({ filters, chosen }: { filters: Filters<typeof readers>; chosen: ReturnType<typeof usePeriod> }) {
  const t = useText(goalsText);
  const { values } = filters;
  const others = useMay('goals.manage');
  return (
    <div className="wm-filters" role="search">
      <PeriodSelect chosen={chosen} label={t('period')} onChange={(period) => filters.set({ period })} />
      {others && <TeamSelect label={t('team')} value={values.team ?? ''} onChange={(team) => filters.set({ team: team || undefined })} />}
      {others && <PersonSelect label={t('owner')} value={values.owner ?? ''} onChange={(owner) => filters.set({ owner: owner || undefined })} />}
      <TextInput
        label={t('search')}
        value={values.q ?? ''}
        onChange={(event) => filters.set({ q: event.currentTarget.value || undefined }, { typing: true })}
      />
      <div className="wm-chips" role="group" aria-label={t('view')}>
        {(['cards', 'table'] as const).map((view) => (
          <button
            key={view}
            type="button"
            className="wm-toggle"
            aria-pressed={(values.view ?? 'cards') === view}
            onClick={() => filters.set({ view: view === 'cards' ? undefined : view })}
          >
            {t(view)}
          </button>
        ))}
      </div>
    </div>
  );
}

function GoalResults({ items, more, filters, period }: { items: Goal[]; more: boolean; filters: Filters<typeof readers>; period: string }) {
  const t = useText(goalsText);
  const ui = useText(uiText);
  const { values } = filters;
  const found = items
    .filter((goal) => !values.status || (goal.status ?? 'none') === values.status)
    .sort((one, other) => gap(other) - gap(one) || one.name.localeCompare(other.name));
  const { rows: shown, again } = useSteadyOrder(found, ({ id: key }) => key, JSON.stringify([period, { ...values, view: undefined }]));
  const well = items.filter(({ status }) => status === 'on_track' || status === 'achieved' || status === 'exceeded').length;
  if (items.length === 0 && !values.q && !values.owner && !values.team) return <EmptyState title={t('none', { period })} text={t('noneText')} />;
  return (
    <div className="wm-stack">
      <div className="wm-beside">
        <p role="status">{t('summary', { onTrack: well, count: items.length })}</p>
        <SortAgain again={again} />
      </div>
      <StatusToggles goals={items} chosen={values.status} choose={(status) => filters.set({ status })} />
      {more && <p className="wm-notice">{ui('moreRows')}</p>}
      {shown.length === 0 ? (
        <EmptyState
          title={t('nothing')}
          action={
            <Button variant="default" onClick={filters.clear}>
              {ui('clearFilters')}
            </Button>
          }
        />
      ) : values.view === 'table' ? (
        <GoalTable goals={shown} />
      ) : (
        <GoalCards goals={shown} />
      )}
    </div>
  );
}
