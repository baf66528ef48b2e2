import type { GateView, Goal } from '@waymark/contracts';
import type { CSSProperties } from 'react';
import { useText } from '../i18n/catalogue.js';
import { dayText, placeOfDay, relativeDay, shortDayText, useClock } from '../i18n/time.js';
import { uiText } from '../i18n/ui-text.js';
import { ExplainGate } from '../receipts/explain-gate.js';
import { ExplainGoal } from '../receipts/explain-goal.js';
import { RestrictionChip } from './chips.js';
import { gateMark } from './icons.js';
import { AppLink } from './link.js';
import { Meter } from './meter.js';

const mostPlaced = 6;
const atStart = 0.1;
const atEnd = 0.85;

interface GateBarProps {
  goal: Goal;
  gates: GateView[];
}

/**
 * A goal and its gates in two lanes (WEB-02): how much of the target is there, and where the gates lie in the period. Each gate has its own
 * metric, so nothing about a gate is ever read off the first lane. Narrower than 640 px the second lane is a list.
 */
export function GateBar({ goal, gates }: GateBarProps) {
  const t = useText(uiText);
  const ordered = [...gates].sort((one, other) => one.order - other.order);
  return (
    <section className="wm-gatebar" aria-label={t('bar.label', { goal: goal.name })}>
      <div className="wm-lane">
        <span className="wm-lane-name">
          {t('bar.target')} <ExplainGoal goal={goal} />
        </span>
        <Meter goal={goal} />
      </div>
      {ordered.length > 0 && (
        <div className="wm-lane wm-lane-period">
          <span className="wm-lane-name">{t('bar.period')}</span>
          <PeriodLane period={goal.period} gates={ordered} />
        </div>
      )}
    </section>
  );
}

function PeriodLane({ period, gates }: { period: Goal['period']; gates: GateView[] }) {
  const t = useText(uiText);
  const clock = useClock();
  const elapsed = placeOfDay(clock.today, period.startsOn, period.endsOn);
  const crowded = gates.length > mostPlaced;
  const running = clock.today >= period.startsOn && clock.today <= period.endsOn;
  return (
    <div className={`wm-period${crowded ? ' wm-period-crowded' : ''}`} style={{ '--elapsed': elapsed } as CSSProperties}>
      <div className="wm-track" aria-hidden="true">
        <span className="wm-track-done" />
        {running && (
          <span className="wm-today" data-edge={elapsed < atStart ? 'start' : elapsed > atEnd ? 'end' : undefined}>
            {t('bar.today')}
          </span>
        )}
      </div>
      <ol className="wm-gates">
        {gates.map((gate, n) => (
          <GatePin
            key={gate.id}
            gate={gate}
            style={placed(gate, gates[n - 1], gates[n + 1])}
            edge={gate.position < atStart ? 'start' : gate.position > atEnd ? 'end' : undefined}
          />
        ))}
      </ol>
      <p className="wm-period-dates">{t('bar.dates', { from: dayText(period.startsOn), to: dayText(period.endsOn) })}</p>
    </div>
  );
}

/** Where a pin stands and how wide its text may be so that it does not touch its neighbours'. */
function placed(gate: GateView, before: GateView | undefined, after: GateView | undefined): CSSProperties {
  const left = gate.position - (before?.position ?? 0);
  const right = (after?.position ?? 1) - gate.position;
  const room =
    gate.position > atEnd
      ? left * 0.62
      : gate.position < atStart
        ? right * 0.62
        : Math.min(before ? left : 2 * left, after && after.position <= atEnd ? right : right * 0.75) * 0.94;
  return { '--place': gate.position, '--room': Math.max(0.1, room) } as CSSProperties;
}

function GatePin({ gate, style, edge }: { gate: GateView; style: CSSProperties; edge: 'start' | 'end' | undefined }) {
  const t = useText(uiText);
  const mark = gateMark(gate);
  const Icon = mark.icon;
  const shape = `wm-pin${mark.square ? ' wm-pin-square' : ''}${mark.filled ? ' wm-pin-filled' : ''}${mark.dashed ? ' wm-pin-dashed' : ''}`;
  const state = t(`gate.${gate.state}`);
  return (
    <li className="wm-gate" style={style} data-edge={edge}>
      <AppLink to={`/gates/${gate.id}`} className={shape} aria-label={t('bar.pin', { order: gate.order, name: gate.name, state })}>
        <span className="wm-pin-mark" style={{ '--mark': `var(--wm-${mark.color})` } as CSSProperties}>
          <Icon size={16} aria-hidden="true" />
        </span>
      </AppLink>
      <div className="wm-gate-text">
        <strong>{gate.name}</strong>
        <GateLines gate={gate} state={state} />
        {gate.restrictions.map((restriction) => (
          <AppLink key={restriction.id} to={`/restrictions/${restriction.id}`} className="wm-link wm-chip-link">
            <RestrictionChip restriction={restriction} />
          </AppLink>
        ))}
      </div>
    </li>
  );
}

/** Why a gate does not bind a person (Q76). */
const exemptions = ['absent', 'new_in_role', 'service_account'] as const;

function GateLines({ gate, state }: { gate: GateView; state: string }) {
  const t = useText(uiText);
  const clock = useClock();
  const had = gate.measured ?? gate.live?.value ?? null;
  const judged = gate.verdict !== null;
  const exemption = exemptions.find((reason) => reason === gate.stateReason);
  const when = gate.state === 'open' ? t('bar.grace', { when: clock.instant(gate.judgeAt) }) : null;
  const upcoming = t('bar.upcoming', { state, day: shortDayText(gate.deadlineOn), relative: relativeDay(gate.deadlineOn, clock.today) });
  return (
    <>
      <span>{when ?? (gate.state === 'pending' ? upcoming : t('bar.since', { state, day: shortDayText(gate.deadlineOn) }))}</span>
      <span>
        {had && had.value !== null
          ? t('bar.had', { measured: had.display, needed: gate.needed.display })
          : t('bar.needs', { needed: gate.needed.display })}{' '}
        <ExplainGate gate={gate} judged={gate.measured !== null} />
      </span>
      {gate.stateReason && <span>{exemption ? t(`exempt.${exemption}`) : gate.stateReason}</span>}
      {gate.live && (!judged || (gate.state === 'failed' && gate.live.holds !== null)) && (
        <span>
          {t('bar.now', { text: gate.live.text })} {judged && <ExplainGate gate={gate} />}
        </span>
      )}
      <span className="wm-muted">{t(gate.state === 'failed' ? 'bar.follows' : 'bar.ifMissed', { text: gate.consequenceText })}</span>
    </>
  );
}
