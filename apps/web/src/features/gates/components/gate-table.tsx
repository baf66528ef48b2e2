import type { GateView } from '@waymark/contracts';
import { useText } from '../../../shared/i18n/catalogue.js';
import { relativeDay, shortDayText, useClock } from '../../../shared/i18n/time.js';
import { ExplainGate } from '../../../shared/receipts/explain-gate.js';
import { GateChip, RestrictionChip } from '../../../shared/ui/chips.js';
import { AppLink } from '../../../shared/ui/link.js';
import { Card } from '../../../shared/ui/page.js';
import { type Column, DataTable } from '../../../shared/ui/table.js';
import { gatesText } from './text.js';

/** Gates of several people, or of one: what is needed, what is there, what follows. */
export function GateTable({ gates, showPerson }: { gates: GateView[]; showPerson: boolean }) {
  const t = useText(gatesText);
  const clock = useClock();
  const columns: Column<GateView>[] = [
    ...(showPerson ? [{ key: 'person', label: t('person'), cell: (gate: GateView) => gate.user.name }] : []),
    {
      key: 'gate',
      label: t('gate'),
      cell: (gate) => (
        <AppLink to={`/gates/${gate.id}`} aria-label={`${gate.name}, ${gate.user.name}`}>
          {gate.name}
        </AppLink>
      ),
    },
    {
      key: 'deadline',
      label: t('deadline'),
      cell: (gate) => t('day', { day: shortDayText(gate.deadlineOn), relative: relativeDay(gate.deadlineOn, clock.today) }),
    },
    { key: 'need', label: t('need'), cell: (gate) => gate.needed.display, numeric: true },
    {
      key: 'have',
      label: t('have'),
      cell: (gate) => (
        <span className="wm-figure">
          {(gate.live?.value ?? gate.measured)?.display ?? '–'} <ExplainGate gate={gate} judged={!gate.live} />
        </span>
      ),
      numeric: true,
    },
    { key: 'gap', label: t('gap'), cell: (gate) => gate.live?.gap?.display ?? '–', numeric: true },
    { key: 'effect', label: t('effect'), cell: (gate) => gate.consequenceText },
    {
      key: 'state',
      label: t('state'),
      cell: (gate) => (
        <span className="wm-chips">
          <GateChip gate={gate} />
          {gate.restrictions.map((restriction) => (
            <AppLink key={restriction.id} to={`/restrictions/${restriction.id}`} className="wm-link">
              <RestrictionChip restriction={restriction} />
            </AppLink>
          ))}
        </span>
      ),
    },
  ];
  return (
    <Card>
      <DataTable caption={t('board')} rows={gates} rowKey={(gate) => gate.id} columns={columns} />
    </Card>
  );
}
