import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import type { Goal, GoalHistoryEntry, GoalRestatement } from '@waymark/contracts';
import { queries } from '../../../shared/api/queries.js';
import { Sparkline } from '../../../shared/charts/sparkline.js';
import { useText } from '../../../shared/i18n/catalogue.js';
import { dayText, useClock } from '../../../shared/i18n/time.js';
import { uiText } from '../../../shared/i18n/ui-text.js';
import { ExplainGoal } from '../../../shared/receipts/explain-goal.js';
import { StatusChip } from '../../../shared/ui/chips.js';
import { Button } from '../../../shared/ui/controls.js';
import { GateBar } from '../../../shared/ui/gate-bar.js';
import { AppLink } from '../../../shared/ui/link.js';
import { shortPercent } from '../../../shared/ui/meter.js';
import { Card, Facts, Page } from '../../../shared/ui/page.js';
import { DataTable } from '../../../shared/ui/table.js';
import { EmptyState, Loaded, Trouble } from '../../../shared/ui/states.js';
import { useToast } from '../../../shared/ui/toasts.js';
import { useRefreshGoal } from '../api/goals.js';
import { GoalComparison } from './goal-comparison.js';
import { goalsText } from './text.js';

/** One goal: where it is, where it should be, its gates and every recorded value. */
export function GoalPage() {
  const t = useText(goalsText);
  const { goalId } = useParams({ strict: false }) as { goalId: string };
  const goal = useQuery(queries.goal(goalId));
  const gates = useQuery(queries.gates({ goalId }));
  return (
    <Page
      title={goal.data?.name ?? t('goal')}
      trail={[t('title')]}
      lead={goal.data && `${goal.data.owner.name} · ${goal.data.metricLabel} · ${goal.data.period.name}`}
      actions={goal.data && <Actions goal={goal.data} />}
    >
      <Loaded query={goal} lines={8}>
        {(data) => (
          <div className="wm-stack">
            {data.state === 'cancelled' && <p className="wm-notice">{t('cancelled')}</p>}
            {data.restatement && <Restated goal={data} restatement={data.restatement} />}
            <Card title={t('gates')} aside={<StatusChip goal={data} />}>
              <Loaded query={gates} lines={5}>
                {({ items }) => <GateBar goal={data} gates={items} />}
              </Loaded>
            </Card>
            <div className="wm-wide-narrow">
              <History goal={data} />
              <div className="wm-stack">
                <GoalFacts goal={data} />
                <GoalComparison goal={data} />
              </div>
            </div>
          </div>
        )}
      </Loaded>
    </Page>
  );
}

/** The period is locked and its value stays; what became known later is said beside it, never instead (MET-10). */
function Restated({ goal, restatement }: { goal: Goal; restatement: GoalRestatement }) {
  const t = useText(goalsText);
  const clock = useClock();
  return (
    <p className="wm-notice">
      {t('restated', { locked: goal.value.display, value: restatement.value.display, at: clock.instant(restatement.restatedAt) })}{' '}
      <ExplainGoal goal={goal} recorded={{ shown: restatement.value.display, at: null, label: t('restatedNow') }} />
    </p>
  );
}

function Actions({ goal }: { goal: Goal }) {
  const t = useText(goalsText);
  const say = useToast();
  const refresh = useRefreshGoal(goal.id);
  return (
    <>
      <Button variant="default" loading={refresh.isPending} onClick={() => refresh.mutate(undefined, { onSuccess: () => say(t('refreshed')) })}>
        {t('refresh')}
      </Button>
      {goal.canEdit && (
        <AppLink to={`/goals/${goal.id}/edit`} className="wm-button">
          {t('edit')}
        </AppLink>
      )}
      {refresh.isError && <Trouble error={refresh.error} />}
    </>
  );
}

function GoalFacts({ goal }: { goal: Goal }) {
  const t = useText(goalsText);
  const clock = useClock();
  return (
    <Card title={t('facts')}>
      <Facts
        items={[
          [t('metric'), goal.metricLabel],
          [
            t('current'),
            <span key="current" className="wm-figure">
              {goal.value.display} <ExplainGoal goal={goal} />
            </span>,
          ],
          [t('target'), goal.target.display],
          [t('stretch'), goal.stretch?.display ?? '–'],
          [t('baseline'), goal.baseline.display],
          [t('owner'), goal.owner.name],
          [t('dates'), `${dayText(goal.period.startsOn)} – ${dayText(goal.period.endsOn)}`],
          [t('updated'), goal.computedAt ? `${clock.instant(goal.computedAt)} (${clock.relative(goal.computedAt)})` : t('never')],
        ]}
      />
    </Card>
  );
}

function History({ goal }: { goal: Goal }) {
  const t = useText(goalsText);
  const ui = useText(uiText);
  const clock = useClock();
  const history = useQuery(queries.goalHistory(goal.id));
  const percent = (value: string | null) => (value === null ? '–' : `${shortPercent(value)} %`);
  return (
    <Card title={t('history')}>
      <Loaded query={history} lines={5}>
        {({ items }) => {
          if (items.length === 0) return <EmptyState title={t('historyEmpty')} />;
          const oldestFirst = [...items].sort((one, other) => (one.recordedAt < other.recordedAt ? -1 : 1));
          const known = oldestFirst.filter(({ value }) => value.value !== null);
          const [first, last] = [known[0], known.at(-1)];
          return (
            <>
              {first && last && (
                <Sparkline
                  values={known.map(({ value }) => Number(value.value))}
                  label={ui('spark', { label: goal.metricLabel, first: first.value.display, last: last.value.display })}
                />
              )}
              <DataTable<GoalHistoryEntry>
                caption={t('history')}
                rows={oldestFirst.toReversed()}
                rowKey={(entry) => entry.recordedAt}
                columns={[
                  { key: 'at', label: t('at'), cell: (entry) => clock.instant(entry.recordedAt) },
                  { key: 'value', label: t('value'), cell: (entry) => <Recorded goal={goal} entry={entry} />, numeric: true },
                  { key: 'target', label: t('target'), cell: (entry) => entry.target.display, numeric: true },
                  { key: 'progress', label: t('progress'), cell: (entry) => percent(entry.progress), numeric: true },
                  { key: 'status', label: t('statusHead'), cell: (entry) => <StatusChip goal={{ ...entry, statusText: null }} /> },
                ]}
              />
            </>
          );
        }}
      </Loaded>
    </Card>
  );
}

/** A recorded value with its receipt, as the facts were known then. */
function Recorded({ goal, entry }: { goal: Goal; entry: GoalHistoryEntry }) {
  const clock = useClock();
  return (
    <span className="wm-figure">
      {entry.value.display}
      <ExplainGoal goal={goal} recorded={{ shown: entry.value.display, at: entry.recordedAt, label: clock.instant(entry.recordedAt) }} />
    </span>
  );
}
