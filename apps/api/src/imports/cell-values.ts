import { emailPattern, limits } from '@waymark/contracts';
import { isDay, parseDecimal, startOfDay } from '@waymark/kernel';
import { sharesOf } from './share-cells.js';
import type { SourceField } from './source-fields.js';

/** A cell as the database takes it, or why it cannot. */
export type CellValue = { text: string; dayOnly?: boolean } | { code: string; message: string };

const decimal = /^-?\d{1,15}(\.\d{1,6})?$/;
const instant = /^\d{4}-\d{2}-\d{2}[T ]([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,9})?)?(Z|[+-]([01]\d|2[0-3]):?[0-5]\d)$/;
const day = /^\d{4}-\d{2}-\d{2}$/;

/** Reads cells by kind. One per file: it remembers where the days of the organisation's zone begin. */
export class CellParser {
  private readonly starts = new Map<string, string | null>();

  constructor(private readonly zone: string) {}

  /** Never throws: NaN, 1e400, a day of year 10000 or 30 February give a code and a sentence. */
  parse(cell: string, field: SourceField, times = 1): CellValue {
    if (field.kind === 'text') return textOf(cell, field.max ?? limits.text);
    if (field.kind === 'email') return emailOf(cell, field.max ?? limits.email);
    if (field.kind === 'choice') return choiceOf(cell, field.choices ?? []);
    if (field.kind === 'money') return moneyOf(cell, times);
    if (field.kind === 'integer') return integerOf(cell, times, field.range ?? [0, Number.MAX_SAFE_INTEGER]);
    if (field.kind === 'decimal') return decimalOf(cell);
    if (field.kind === 'percent') return percentOf(cell);
    if (field.kind === 'currency') return currencyOf(cell);
    if (field.kind === 'shares') return sharesOf(cell);
    if (field.kind === 'day') return this.startOf(cell) === null ? noDay(cell) : { text: cell };
    return this.instantOf(cell);
  }

  private instantOf(cell: string): CellValue {
    if (day.test(cell)) {
      const start = this.startOf(cell);
      return start === null ? noDay(cell) : { text: start, dayOnly: true };
    }
    if (!instant.test(cell) || this.startOf(cell.slice(0, 10)) === null)
      return { code: 'not_an_instant', message: `"${shown(cell)}" is no day (YYYY-MM-DD) and no instant with zone (YYYY-MM-DDTHH:MM:SSZ).` };
    const at = Date.parse(cell.replace(' ', 'T').replace(/([+-]\d{2})(\d{2})$/, '$1:$2'));
    return { text: new Date(at).toISOString(), dayOnly: false };
  }

  private startOf(text: string): string | null {
    let start = this.starts.get(text);
    if (start === undefined) {
      const year = Number(text.slice(0, 4));
      const real = isDay(text) && year >= limits.year.min && year <= limits.year.max;
      start = real ? startOfDay(text, this.zone).toISOString() : null;
      this.starts.set(text, start);
    }
    return start;
  }
}

function textOf(cell: string, max: number): CellValue {
  return cell.length <= max ? { text: cell } : { code: 'too_long', message: `The text has ${cell.length} characters, at most ${max} are taken.` };
}

function emailOf(cell: string, max: number): CellValue {
  const fits = cell.length <= max && emailPattern.test(cell);
  return fits ? { text: cell.toLowerCase() } : { code: 'not_an_email', message: `"${shown(cell)}" is no e-mail address.` };
}

function choiceOf(cell: string, choices: readonly string[]): CellValue {
  const choice = cell.toLowerCase().replaceAll(/[\s-]+/g, '_');
  return choices.includes(choice) ? { text: choice } : { code: 'not_a_choice', message: `"${shown(cell)}" is none of ${choices.join(', ')}.` };
}

function moneyOf(cell: string, times: number): CellValue {
  const minor = decimal.test(cell) ? exactly(cell, BigInt(times) * 100n) : null;
  if (minor === null) return { code: 'not_an_amount', message: `"${shown(cell)}" is no amount such as 1054.00 with at most two places.` };
  const size = minor < 0n ? -minor : minor;
  if (size > BigInt(limits.amountMinor)) return { code: 'out_of_range', message: `"${shown(cell)}" is too large for an amount.` };
  return { text: minor.toString() };
}

function integerOf(cell: string, times: number, [min, max]: readonly [number, number]): CellValue {
  const value = decimal.test(cell) ? exactly(cell, BigInt(times)) : null;
  if (value === null) return { code: 'not_a_number', message: `"${shown(cell)}" is no whole number.` };
  if (value < BigInt(min) || value > BigInt(max)) return { code: 'out_of_range', message: `"${shown(cell)}" is not between ${min} and ${max}.` };
  return { text: value.toString() };
}

/** A rate: above 0, at most ten places and a million. */
function decimalOf(cell: string): CellValue {
  if (!/^\d{1,7}(\.\d{1,10})?$/.test(cell))
    return { code: 'not_a_number', message: `"${shown(cell)}" is no number above 0 such as 1.0842 with at most ten places.` };
  const steps = parseDecimal(cell, 10);
  const fits = steps > 0n && steps <= 10n ** 16n;
  return fits ? { text: cell } : { code: 'out_of_range', message: `"${shown(cell)}" is not above 0 and at most 1000000.` };
}

/** A share in ten-thousandths of a percentage point: not negative, at most four places and a million. */
function percentOf(cell: string): CellValue {
  if (!/^\d{1,7}(\.\d{1,4})?$/.test(cell))
    return { code: 'not_a_percentage', message: `"${shown(cell)}" is no percentage such as 97.5 with at most four places.` };
  const steps = parseDecimal(cell, 4);
  return steps <= 10n ** 10n ? { text: steps.toString() } : { code: 'out_of_range', message: `"${shown(cell)}" is more than 1000000 %.` };
}

function currencyOf(cell: string): CellValue {
  const currency = cell.toUpperCase();
  return /^[A-Z]{3}$/.test(currency)
    ? { text: currency }
    : { code: 'not_a_currency', message: `"${shown(cell)}" is no currency, written in three letters such as EUR.` };
}

/** Decimal text times a whole number, or null when the result is not whole. */
function exactly(text: string, times: bigint): bigint | null {
  const [whole = '0', fraction = ''] = text.split('.');
  const scale = 10n ** BigInt(fraction.length);
  const product = BigInt(whole + fraction) * times;
  return product % scale === 0n ? product / scale : null;
}

function noDay(cell: string): CellValue {
  return { code: 'not_a_day', message: `"${shown(cell)}" is no day that exists, written YYYY-MM-DD, from ${limits.year.min} to ${limits.year.max}.` };
}

/** A cell inside a sentence: short. */
export function shown(cell: string): string {
  return cell.length > 60 ? `${cell.slice(0, 60)}…` : cell;
}
