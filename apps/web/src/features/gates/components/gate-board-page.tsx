import { useQuery } from '@tanstack/react-query';
import type { GatePage, GateView } from '@waymark/contracts';
import { usePeriod } from '../../../shared/api/period.js';
import { queries } from '../../../shared/api/queries.js';
import { useMay, useMe } from '../../../shared/api/session.js';
import { TeamSelect } from '../../../shared/forms/person-select.js';
import { useText } from '../../../shared/i18n/catalogue.js';
import { uiText } from '../../../shared/i18n/ui-text.js';
import { Button, TextInput } from '../../../shared/ui/controls.js';
import { type Filters, id, oneOf, StaleFilters, useFilters, words } from '../../../shared/ui/filters.js';
import { AppLink } from '../../../shared/ui/link.js';
import { Page } from '../../../shared/ui/page.js';
import { PeriodSelect } from '../../../shared/ui/period-select.js';
import { EmptyState, Loaded } from '../../../shared/ui/states.js';
import { GateTable } from './gate-table.js';
import { gatesText } from './text.js';

const tabs = ['will_miss', 'warned', 'restricted', 'locked', 'decisions'] as const;
type Tab = (typeof tabs)[number];

const countOf: Record<Tab, keyof GatePage['counts']> = {
  will_miss: 'willMiss',
  warned: 'warned',
  restricted: 'restricted',
  locked: 'locked',
  decisions: 'decisions',
};
const readers = { period: id, team: id, tab: oneOf(...tabs), q: words() };

/** Who will miss the next gate, who is restricted, what waits for a decision. People without a team see their own gates. */
export function GateBoardPage() {
  const t = useText(gatesText);
  const me = useMe();
  const filters = useFilters(readers);
  const leads = useMay('restrictions.decide');
  const { values } = filters;
  const tab: Tab = values.tab ?? 'will_miss';
  const chosen = usePeriod(values.period);
  const filter = { periodId: chosen.period?.id, teamId: values.team, q: values.q, ...(leads ? { tab } : { userId: me.id }) };
  const gates = useQuery({ ...queries.gates(filter), enabled: chosen.period !== undefined });
  return (
    <Page title={t(leads ? 'board' : 'mine')} trail={[me.organisation.name]}>
      <StaleFilters filters={filters} />
      <div className="wm-filters" role="search">
        <PeriodSelect chosen={chosen} label={t('period')} onChange={(period) => filters.set({ period })} />
        {leads && <TeamSelect label={t('team')} value={values.team ?? ''} onChange={(team) => filters.set({ team: team || undefined })} />}
        {leads && (
          <TextInput
            label={t('search')}
            value={values.q ?? ''}
            onChange={(event) => filters.set({ q: event.currentTarget.value || undefined }, { typing: true })}
          />
        )}
      </div>
      <Loaded query={chosen.query}>
        {() =>
          chosen.period === undefined ? (
            <EmptyState title={t('noPeriod')} text={t('noneText')} />
          ) : (
            <Board gates={gates} tab={leads ? tab : null} filters={filters} />
          )
        }
      </Loaded>
    </Page>
  );
}

function Board({
  gates,
  tab,
  filters,
}: {
  gates: ReturnType<typeof useQuery<GatePage & { more: boolean }>>;
  tab: Tab | null;
  filters: Filters<typeof readers>;
}) {
  const ui = useText(uiText);
  return (
    <div className="wm-stack">
      {tab && <Tabs tab={tab} counts={gates.data?.counts} filters={filters} />}
      <Loaded query={gates} lines={6}>
        {({ items, more }) => (
          <>
            {more && <p className="wm-notice">{ui('moreRows')}</p>}
            {items.length === 0 ? <Nothing tab={tab} filters={filters} /> : <GateTable gates={sorted(items)} showPerson={tab !== null} />}
          </>
        )}
      </Loaded>
    </div>
  );
}

const sorted = (gates: GateView[]) =>
  [...gates].sort((one, other) =>
    one.deadlineAt < other.deadlineAt ? -1 : one.deadlineAt > other.deadlineAt ? 1 : one.user.name.localeCompare(other.user.name),
  );

function Tabs({ tab, counts, filters }: { tab: Tab; counts: GatePage['counts'] | undefined; filters: Filters<typeof readers> }) {
  const t = useText(gatesText);
  return (
    <nav className="wm-tabs" aria-label={t('tabs')}>
      {tabs.map((name) => (
        <AppLink key={name} to="/gates" search={{ ...filters.values, tab: name }} className="wm-tab" aria-current={name === tab ? 'true' : undefined}>
          {t(`tab.${name}`)} <span className="wm-count">{counts?.[countOf[name]] ?? '…'}</span>
        </AppLink>
      ))}
    </nav>
  );
}

function Nothing({ tab, filters }: { tab: Tab | null; filters: Filters<typeof readers> }) {
  const t = useText(gatesText);
  const ui = useText(uiText);
  if (filters.values.q || filters.values.team)
    return (
      <EmptyState
        title={t('nothing')}
        action={
          <Button variant="default" onClick={filters.clear}>
            {ui('clearFilters')}
          </Button>
        }
      />
    );
  return tab ? <EmptyState title={t(`empty.${tab}`)} /> : <EmptyState title={t('none')} text={t('noneText')} />;
}
