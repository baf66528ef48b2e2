import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import type { GateView } from '@waymark/contracts';
import type { ReactNode } from 'react';
import { queries } from '../../../shared/api/queries.js';
import { useText } from '../../../shared/i18n/catalogue.js';
import { dayText, relativeDay, useClock } from '../../../shared/i18n/time.js';
import { ExplainGate } from '../../../shared/receipts/explain-gate.js';
import { GateChip, RestrictionChip } from '../../../shared/ui/chips.js';
import { AppLink } from '../../../shared/ui/link.js';
import { Card, Facts, Page } from '../../../shared/ui/page.js';
import { Loaded } from '../../../shared/ui/states.js';
import { GoalBar } from './goal-bar.js';
import { gatesText } from './text.js';

/** One gate of one person: what it asks, what was and is there, what follows. */
export function GatePage() {
  const t = useText(gatesText);
  const clock = useClock();
  const { gateId } = useParams({ strict: false }) as { gateId: string };
  const gate = useQuery(queries.gate(gateId));
  const { data } = gate;
  return (
    <Page
      title={data?.name ?? t('gate')}
      trail={[data?.user.name ?? '', t('board')].filter(Boolean)}
      lead={
        data &&
        t('gateLead', {
          person: data.user.name,
          goal: data.goalName,
          day: dayText(data.deadlineOn),
          relative: relativeDay(data.deadlineOn, clock.today),
        })
      }
    >
      <Loaded query={gate} lines={8}>
        {(view) => (
          <div className="wm-stack">
            <div className="wm-wide-narrow">
              <Card title={t('whereYouAre')} aside={<AppLink to={`/goals/${view.goalId}`}>{t('goalLink')}</AppLink>}>
                <GoalBar goalId={view.goalId} />
              </Card>
              <GateFacts gate={view} />
            </div>
            <Card title={t('restrictions')}>
              {view.restrictions.length === 0 ? (
                <p>{t('noRestrictions')}</p>
              ) : (
                <ul className="wm-plain-list">
                  {view.restrictions.map((restriction) => (
                    <li key={restriction.id}>
                      <AppLink to={`/restrictions/${restriction.id}`}>
                        <RestrictionChip restriction={restriction} />
                      </AppLink>
                      <span>{restriction.title}</span>
                    </li>
                  ))}
                </ul>
              )}
            </Card>
          </div>
        )}
      </Loaded>
    </Page>
  );
}

function GateFacts({ gate }: { gate: GateView }) {
  const t = useText(gatesText);
  const clock = useClock();
  return (
    <Card title={<GateChip gate={gate} />}>
      <p>{gate.verdict?.sentence ?? gate.sentence}</p>
      {gate.state === 'open' && <p>{t('judgeAt', { when: clock.instant(gate.judgeAt) })}</p>}
      <Facts
        items={[
          [t('asks'), gate.sentence],
          [t('need'), gate.needed.display],
          ...(gate.measured ? [measuredFact(t('measured'), gate.measured.display, <ExplainGate gate={gate} judged />)] : []),
          ...(gate.live
            ? [
                measuredFact(
                  t('now'),
                  `${gate.live.value.display} · ${gate.live.text} (${t('asOf', { when: clock.moment(gate.live.at) })})`,
                  <ExplainGate gate={gate} />,
                ),
              ]
            : []),
          ...(gate.verdict ? ([[t('verdict'), t('judged', { when: clock.instant(gate.verdict.judgedAt) })]] as [string, string][]) : []),
          [t('effect'), gate.consequenceText],
        ]}
      />
    </Card>
  );
}

/** A figure with its receipt. */
function measuredFact(name: string, figure: string, explain: ReactNode): [string, ReactNode] {
  return [
    name,
    <span key={name} className="wm-figure">
      {figure} {explain}
    </span>,
  ];
}
