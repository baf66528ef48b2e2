import type { Goal } from '@waymark/contracts';
import { useText } from '../../../shared/i18n/catalogue.js';
import { useClock } from '../../../shared/i18n/time.js';
import { ExplainGoal } from '../../../shared/receipts/explain-goal.js';
import { StatusChip } from '../../../shared/ui/chips.js';
import { AppLink } from '../../../shared/ui/link.js';
import { Meter, shortPercent } from '../../../shared/ui/meter.js';
import { DataTable } from '../../../shared/ui/table.js';
import { goalsText } from './text.js';

/** Goals as cards: name, status, meter with the pace tick. */
export function GoalCards({ goals }: { goals: Goal[] }) {
  const t = useText(goalsText);
  const clock = useClock();
  return (
    <ul className="wm-goal-grid wm-bare">
      {goals.map((goal) => (
        <li key={goal.id} className="wm-card">
          <div className="wm-card-head">
            <h2>
              <AppLink to={`/goals/${goal.id}`}>{goal.name}</AppLink>
            </h2>
            <span className="wm-figure">
              <ExplainGoal goal={goal} />
              <StatusChip goal={goal} />
            </span>
          </div>
          <p className="wm-muted">
            {goal.owner.name} · {goal.metricLabel}
          </p>
          <Meter goal={goal} />
          {goal.computedAt && <p className="wm-muted">{t('computed', { when: clock.moment(goal.computedAt) })}</p>}
        </li>
      ))}
    </ul>
  );
}

/** Goals as a table. */
export function GoalTable({ goals }: { goals: Goal[] }) {
  const t = useText(goalsText);
  const percent = (value: string | null) => (value === null ? '–' : `${shortPercent(value)} %`);
  return (
    <div className="wm-card">
      <DataTable
        caption={t('title')}
        rows={goals}
        rowKey={(goal) => goal.id}
        columns={[
          { key: 'goal', label: t('goal'), cell: (goal) => <AppLink to={`/goals/${goal.id}`}>{goal.name}</AppLink> },
          { key: 'owner', label: t('owner'), cell: (goal) => goal.owner.name },
          {
            key: 'now',
            label: t('current'),
            cell: (goal) => (
              <span className="wm-figure">
                {goal.value.display} <ExplainGoal goal={goal} />
              </span>
            ),
            numeric: true,
          },
          { key: 'target', label: t('target'), cell: (goal) => goal.target.display, numeric: true },
          { key: 'progress', label: t('progress'), cell: (goal) => percent(goal.progress), numeric: true },
          { key: 'expected', label: t('expected'), cell: (goal) => percent(goal.expectedProgress), numeric: true },
          { key: 'status', label: t('statusHead'), cell: (goal) => <StatusChip goal={goal} /> },
        ]}
      />
    </div>
  );
}
