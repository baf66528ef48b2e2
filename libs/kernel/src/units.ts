import { toDecimal } from './decimal.js';
import { isNone, type Ratio, type Value } from './share.js';

export const units = ['count', 'money', 'percent', 'points'] as const;
export type Unit = (typeof units)[number];

/** Places of one stored step: counts as they are, money in minor units, percent (105 means 105 %, Q44) and points in ten-thousandths. */
export const unitDecimals: Readonly<Record<Unit, number>> = { count: 0, money: 2, percent: 4, points: 4 };

const symbols: Readonly<Record<string, string>> = { USD: '$', EUR: '€', GBP: '£', JPY: '¥' };

/** The value as people read it, rounded for the eye only: "$264,397", "18", "63.15 %", "–" when there is none. */
export function displayValue(value: Value, unit: Unit, currency: string): string {
  if (isNone(value)) return '–';
  if (unit === 'money') return displayMoney(value, currency);
  const shown = grouped(trimmed(toDecimal(value, unitDecimals[unit], unit === 'points' ? 0 : 2)));
  return unit === 'percent' ? `${shown} %` : shown;
}

function displayMoney(value: Ratio, currency: string): string {
  const exact = toDecimal(value, unitDecimals.money, 2);
  const negative = exact.startsWith('-');
  const size = grouped((negative ? exact.slice(1) : exact).replace(/\.00$/, ''));
  const symbol = symbols[currency] ?? `${currency} `;
  return `${negative ? '-' : ''}${symbol}${size}`;
}

function trimmed(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

function grouped(text: string): string {
  const [whole = '', fraction] = text.split('.');
  const thousands = whole.replace(/\B(?=(\d{3})+(?!\d))/g, ',');
  return fraction === undefined ? thousands : `${thousands}.${fraction}`;
}
