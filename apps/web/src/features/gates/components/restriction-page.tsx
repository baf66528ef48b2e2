import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import type { GateView, Restriction } from '@waymark/contracts';
import { Ban, Check } from 'lucide-react';
import type { ReactNode } from 'react';
import { queries } from '../../../shared/api/queries.js';
import { useText } from '../../../shared/i18n/catalogue.js';
import { dayText, useClock } from '../../../shared/i18n/time.js';
import { ExplainGate } from '../../../shared/receipts/explain-gate.js';
import { RestrictionChip } from '../../../shared/ui/chips.js';
import { AppLink } from '../../../shared/ui/link.js';
import { Card, Facts, Page } from '../../../shared/ui/page.js';
import { Loaded } from '../../../shared/ui/states.js';
import { DecisionPanel } from './decision-panel.js';
import { GoalBar } from './goal-bar.js';
import { Receipt } from './receipt.js';
import { gatesText } from './text.js';
import { WaysOut } from './ways-out.js';

/** Why something is paused, how to get out, what still works, whom to ask. The product's hardest moment, in plain words. */
export function RestrictionPage() {
  const t = useText(gatesText);
  const clock = useClock();
  const { restrictionId } = useParams({ strict: false }) as { restrictionId: string };
  const restriction = useQuery(queries.restriction(restrictionId));
  const { data } = restriction;
  const title = data?.title ?? t('breadcrumb');
  const since = (found: Restriction) =>
    t('since', {
      when: clock.instant(found.since),
      relative: clock.relative(found.since),
      goal: found.gate.goalName,
      gate: found.gate.name,
      policy: found.policy.name,
      number: found.policy.number,
    });
  return (
    <Page title={title} trail={[data?.gate.name ?? '', t('board')].filter(Boolean)} lead={data && since(data)}>
      <Loaded query={restriction} lines={12}>
        {(found) => (
          <div className="wm-stack">
            <div className="wm-wide-narrow">
              <div className="wm-stack">
                <Why restriction={found} />
                <WaysOut restriction={found} />
              </div>
              <div className="wm-stack">
                <Rights restriction={found} />
                <Human restriction={found} />
              </div>
            </div>
            {found.canDecide && <DecisionPanel key={found.evidenceHash + found.state} restriction={found} />}
            <Card title={t('whereYouAre')}>
              <GoalBar goalId={found.gate.goalId} />
            </Card>
            <HistoryCard restriction={found} />
          </div>
        )}
      </Loaded>
    </Page>
  );
}

function Why({ restriction }: { restriction: Restriction }) {
  const t = useText(gatesText);
  const clock = useClock();
  return (
    <Card title={t('why')} aside={<RestrictionChip restriction={restriction} />}>
      <p>{restriction.why}</p>
      <Facts
        items={[
          [t('measuredThen'), <Figure key="then" shown={restriction.measuredThen.display} gate={restriction.gate} judged />],
          [t('needed'), restriction.needed.display],
          ...(restriction.measuredNow
            ? ([[t('measuredNow'), <Figure key="now" shown={restriction.measuredNow.display} gate={restriction.gate} />]] as [string, ReactNode][])
            : []),
        ]}
      />
      <Receipt math={restriction.math} />
      <p className="wm-row">
        <AppLink to={`/admin/policies/${restriction.policy.id}`}>{t('readPolicy')}</AppLink>
        <span className="wm-muted">
          {restriction.closedAt
            ? `${t('closed', { when: clock.instant(restriction.closedAt) })} ${restriction.closedReason ?? ''}`
            : t('untilLatest', { day: dayText(clock.dayOf(restriction.endsAt)) })}
        </span>
      </p>
    </Card>
  );
}

/** A figure with its receipt. */
function Figure({ shown, gate, judged }: { shown: string; gate: GateView; judged?: boolean }) {
  return (
    <span className="wm-figure">
      {shown} <ExplainGate gate={gate} judged={judged} />
    </span>
  );
}

function Rights({ restriction }: { restriction: Restriction }) {
  const t = useText(gatesText);
  return (
    <Card title={t('cannot')}>
      {restriction.blocked.length === 0 ? (
        <p>{t('cannotNothing')}</p>
      ) : (
        <ul className="wm-plain-list">
          {restriction.blocked.map((line) => (
            <li key={line} className="wm-chip">
              <Ban size={16} aria-hidden="true" /> {line}
            </li>
          ))}
        </ul>
      )}
      <h2>{t('works')}</h2>
      <ul className="wm-plain-list">
        {restriction.stillWorks.map((line) => (
          <li key={line} className="wm-chip">
            <Check size={16} aria-hidden="true" /> {line}
          </li>
        ))}
      </ul>
    </Card>
  );
}

function Human({ restriction: { contact, decider } }: { restriction: Restriction }) {
  const t = useText(gatesText);
  return (
    <Card title={t('wrong')}>
      <p>{t('human')}</p>
      {decider && <p>{t('decider', { name: decider.name, role: decider.role })}</p>}
      <p>{contact ? t('contact', { name: contact.name, role: contact.role }) : t('noContact')}</p>
    </Card>
  );
}

function HistoryCard({ restriction }: { restriction: Restriction }) {
  const t = useText(gatesText);
  const clock = useClock();
  return (
    <Card title={t('history')}>
      <ol className="wm-plain-list">
        {restriction.history.map((line) => (
          <li key={`${line.at} ${line.text}`}>
            <span className="wm-muted">{clock.instant(line.at)}</span>
            <span>{line.text}</span>
          </li>
        ))}
      </ol>
      {restriction.decisions.length > 0 && (
        <>
          <h3>{t('decisions')}</h3>
          <ul className="wm-plain-list">
            {restriction.decisions.map((decision) => (
              <li key={decision.at}>
                <span className="wm-muted">{clock.instant(decision.at)}</span>
                <span>
                  {t('decided', { by: decision.by, decision: t(`decision.${decision.decision}`) })} — {decision.reason}
                </span>
              </li>
            ))}
          </ul>
        </>
      )}
    </Card>
  );
}
