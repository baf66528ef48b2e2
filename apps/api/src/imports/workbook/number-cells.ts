import { addDays } from '@waymark/kernel';
import { DateTime } from 'luxon';

/** Why a cell has no value. */
export interface CellFault {
  code: string;
  message: string;
}

const dayMs = 86_400_000;

/**
 * A number as spreadsheets show it: 15 significant digits. What is stored has 17, so that 1054.1 may stand there as 1054.0999999999999; the digits beyond
 * the fifteenth are noise of the binary form. Never an exponent.
 */
export function numberText(stored: string): string | CellFault {
  const value = Number(stored);
  if (stored.trim() === '' || !Number.isFinite(value))
    return { code: 'not_a_number', message: `The cell holds "${stored.slice(0, 40)}", which is no number.` };
  const shown = Number(value.toPrecision(15));
  if (Number.isInteger(shown)) return BigInt(shown).toString();
  const text = String(shown);
  return text.includes('e') ? shown.toFixed(20).replace(/0+$/, '') : text;
}

/** A number that its format shows as a day or an instant: the day, or the instant of that wall clock in the organisation's zone. */
export function dateText(stored: string, zone: string, epoch1904: boolean): string | CellFault {
  const serial = Number(stored);
  if (!Number.isFinite(serial)) return { code: 'not_a_day', message: `The cell holds "${stored.slice(0, 40)}", which is no day.` };
  const ms = Math.round(serial * dayMs);
  const days = Math.floor(ms / dayMs);
  const time = ms - days * dayMs;
  const day = dayOfSerial(days, epoch1904);
  if (day === null)
    return {
      code: 'not_a_day',
      message:
        days === 0 ? 'The cell holds a time of day without a day.' : `The cell shows ${stored.slice(0, 40)} as a day, and there is no such day.`,
    };
  if (time === 0) return day;
  return DateTime.fromISO(`${day}T00:00:00`, { zone: 'UTC' })
    .plus({ milliseconds: time })
    .setZone(zone, { keepLocalTime: true })
    .toUTC()
    .toISO() as string;
}

/** Day 60 of the older count is 29 February 1900, which never was; from then on it is one ahead. */
function dayOfSerial(days: number, epoch1904: boolean): string | null {
  if (epoch1904) return days >= 0 && days < 2_957_004 ? addDays('1904-01-01', days) : null;
  if (days < 1 || days === 60 || days > 2_958_465) return null;
  return addDays('1899-12-30', days < 60 ? days + 1 : days);
}
