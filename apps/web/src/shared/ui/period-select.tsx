import type { ChosenPeriod } from '../api/period.js';
import { NativeSelect } from './controls.js';

/** Chooses the period that a page looks at. */
export function PeriodSelect({ chosen, label, onChange }: { chosen: ChosenPeriod; label: string; onChange: (id: string) => void }) {
  if (chosen.periods.length < 2) return null;
  return (
    <NativeSelect
      label={label}
      value={chosen.period?.id ?? ''}
      onChange={(event) => onChange(event.currentTarget.value)}
      data={chosen.periods.map(({ id, name }) => ({ value: id, label: name }))}
    />
  );
}
