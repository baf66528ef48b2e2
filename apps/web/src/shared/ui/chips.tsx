import type { GateView, Goal, RestrictionSummary } from '@waymark/contracts';
import { useText } from '../i18n/catalogue.js';
import { uiText } from '../i18n/ui-text.js';
import { gateMark, goalMarks, type Mark, restrictionMarks } from './icons.js';

/** Icon and word; the colour is on the icon alone. */
function Chip({ mark, text, title }: { mark: Mark; text: string; title?: string }) {
  return (
    <span className="wm-chip" title={title}>
      <MarkIcon mark={mark} /> {text}
    </span>
  );
}

/** The coloured icon of a mark, invisible to screen readers: the word beside it says the same. */
export function MarkIcon({ mark, size = 16 }: { mark: Mark; size?: number }) {
  const Icon = mark.icon;
  return <Icon size={size} color={`var(--wm-${mark.color})`} aria-hidden="true" className="wm-mark-icon" />;
}

/** Status of a goal as the server says it. */
export function StatusChip({ goal }: { goal: Pick<Goal, 'status' | 'statusReason' | 'statusText'> }) {
  const t = useText(uiText);
  const word = goal.status === null && goal.statusReason === 'not_started' ? 'not_started' : (goal.status ?? 'none');
  return <Chip mark={goalMarks[goal.status ?? 'none']} text={t(`status.${word}`)} title={goal.statusText ?? undefined} />;
}

/** State of a gate. */
export function GateChip({ gate }: { gate: Pick<GateView, 'state' | 'consequences'> }) {
  const t = useText(uiText);
  return <Chip mark={gateMark(gate)} text={t(`gate.${gate.state}`)} />;
}

/** What a restriction is, with its state unless it is simply in force. */
export function RestrictionChip({ restriction }: { restriction: { kind: RestrictionSummary['kind']; state: string } }) {
  const t = useText(uiText);
  const kind = t(`kind.${restriction.kind}`);
  const state = restriction.state as 'proposed' | 'in_force' | 'lifted' | 'ended' | 'dismissed' | 'void';
  return <Chip mark={restrictionMarks[restriction.kind]} text={state === 'in_force' ? kind : `${kind} · ${t(`restriction.${state}`)}`} />;
}
