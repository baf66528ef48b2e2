import type { Money, Named } from '@waymark/contracts';
import { useText } from '../../../../shared/i18n/catalogue.js';
import { dayText, useClock } from '../../../../shared/i18n/time.js';
import type { FactRecord } from '../../api/records.js';
import { moneyText } from '../money.js';
import { namesThing, type RecordField, type RecordsKey, recordsText } from './record-kind.js';

/** How fields of records are written down. */
export function useShown(): (field: RecordField, record: FactRecord) => string {
  const t = useText(recordsText);
  const clock = useClock();
  return ({ name, kind }, record) => {
    const value = record[name] ?? null;
    if (value === null) return '–';
    if (kind === 'choice') return t(`${name}.${value as string}` as RecordsKey);
    if (kind === 'day') return dayText(value as string);
    if (kind === 'instant') return clock.instant(value as string);
    if (kind === 'money') return moneyText(value as Money);
    if (namesThing(kind)) return (value as Named).name;
    if (kind === 'decimal') return `${value as string} %`;
    return String(value as string | number);
  };
}
