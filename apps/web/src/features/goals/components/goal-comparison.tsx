import { useQuery } from '@tanstack/react-query';
import type { ComparedReading, Goal, MetricComparison } from '@waymark/contracts';
import { useState } from 'react';
import { useText } from '../../../shared/i18n/catalogue.js';
import { shortDayText } from '../../../shared/i18n/time.js';
import { Explain } from '../../../shared/receipts/explain.js';
import { Card } from '../../../shared/ui/page.js';
import { Loaded } from '../../../shared/ui/states.js';
import { comparisonQuery } from '../api/goals.js';
import { goalsText } from './text.js';

const choices = ['previous', 'last_year'] as const;
const reasons = ['no_base', 'no_data', 'not_yet', 'no_rate', 'no_feed'] as const;

/** The number of the goal beside that of the period before or of last year; of a period that runs, the same share of both (MET-11). */
export function GoalComparison({ goal }: { goal: Goal }) {
  const t = useText(goalsText);
  const [chosen, choose] = useState<(typeof choices)[number]>('previous');
  const comparison = useQuery(comparisonQuery(goal, chosen));
  return (
    <Card title={t('compared')}>
      <div className="wm-chips" role="group" aria-label={t('compared')}>
        {choices.map((choice) => (
          <button key={choice} type="button" className="wm-toggle" aria-pressed={choice === chosen} onClick={() => choose(choice)}>
            {t(`compared.${choice}`)}
          </button>
        ))}
      </div>
      <Loaded query={comparison} lines={3}>
        {(data) => <Sentence comparison={data} goal={goal} />}
      </Loaded>
    </Card>
  );
}

const askedOf = ({ metric, owner }: Goal, { from, to }: ComparedReading) => ({
  metric,
  from,
  to,
  ...(owner.kind === 'user' ? { ownerId: owner.id } : { teamId: owner.id }),
});

function Sentence({ comparison, goal }: { comparison: MetricComparison; goal: Goal }) {
  const t = useText(goalsText);
  const { now, then, change, changePercent, verdict, part } = comparison;
  const days = ({ from, to }: ComparedReading) => `${shortDayText(from)} – ${shortDayText(to)} ${to.slice(0, 4)}`;
  const reason = reasons.find((known) => known === change.reason) ?? 'no_data';
  if (verdict === null) return <p>{t('compared.none', { then: days(then), reason: t(`compared.${reason}`) })}</p>;
  const percent = changePercent.value === null || verdict === 'same' ? '' : ` (${changePercent.display})`;
  return (
    <div className="wm-stack">
      <p>
        <strong>
          {t(`compared.${verdict}`)}: {change.display}
          {percent}
        </strong>
      </p>
      <ul className="wm-plain-list">
        {[now, then].map((one) => (
          <li key={one.from}>
            <span className="wm-figure">
              {t('compared.value', { value: one.value.display, days: days(one) })}
              <Explain asked={askedOf(goal, one)} label={`${goal.metricLabel}, ${days(one)}`} shown={one.value.display} />
            </span>
          </li>
        ))}
      </ul>
      <p className="wm-muted">{t(`compared.${part}`)}</p>
    </div>
  );
}
