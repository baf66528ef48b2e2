import type { GateView, Goal, RestrictionSummary } from '@waymark/contracts';
import {
  Ban,
  CircleCheck,
  CircleCheckBig,
  CircleDashed,
  CircleHelp,
  Clock,
  Lock,
  type LucideIcon,
  OctagonAlert,
  PauseCircle,
  ShieldCheck,
  Star,
  TriangleAlert,
} from 'lucide-react';

/** How something is marked: the name of its colour in the palette, its icon and its shape. Never colour alone. */
export interface Mark {
  color: string;
  icon: LucideIcon;
  square?: boolean;
  filled?: boolean;
  dashed?: boolean;
}

type RestrictionKind = RestrictionSummary['kind'];

export const goalMarks: Record<NonNullable<Goal['status']> | 'none', Mark> = {
  on_track: { color: 'on-track', icon: CircleCheck },
  at_risk: { color: 'at-risk', icon: TriangleAlert },
  behind: { color: 'behind', icon: OctagonAlert },
  achieved: { color: 'on-track', icon: CircleCheckBig },
  exceeded: { color: 'exceeded', icon: Star },
  none: { color: 'none', icon: CircleDashed },
};

export const restrictionMarks: Record<RestrictionKind, Mark> = {
  warning: { color: 'warn', icon: TriangleAlert },
  action_block: { color: 'restrict', icon: Ban, square: true, filled: true },
  commission_hold: { color: 'lock', icon: PauseCircle, square: true, filled: true },
  account_lock: { color: 'lock', icon: Lock, square: true, filled: true },
};

const heaviest: readonly RestrictionKind[] = ['account_lock', 'commission_hold', 'action_block', 'warning'];

/** The mark of a gate: its state, and for a missed one the heaviest consequence. */
export function gateMark(gate: Pick<GateView, 'state' | 'consequences'>): Mark {
  const consequence = heaviest.find((kind) => gate.consequences.includes(kind));
  const hard = consequence === 'account_lock' || consequence === 'commission_hold';
  if (gate.state === 'passed') return { color: 'passed', icon: CircleCheck, filled: true };
  if (gate.state === 'passed_late') return { color: 'passed', icon: CircleCheck, dashed: true };
  if (gate.state === 'waived') return { color: 'upcoming', icon: ShieldCheck, dashed: true };
  if (gate.state === 'not_evaluable') return { color: 'upcoming', icon: CircleHelp, dashed: true };
  if (gate.state === 'failed') return restrictionMarks[consequence ?? 'warning'];
  return { color: 'upcoming', icon: Clock, square: hard };
}
