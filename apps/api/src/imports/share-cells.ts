import { parseDecimal, wholeShare } from '@waymark/kernel';
import type { CellValue } from './cell-values.js';

/** As many people as may share a sale. */
const most = 20;

/** Reads "moses-frase=60; anna-snelling=40" as JSON of people and parts per million. Shares add to 100 % exactly (SRC-07). Never throws. */
export function sharesOf(cell: string): CellValue {
  const shares: { person: string; ppm: number }[] = [];
  for (const part of cell.split(';')) {
    const told = /^(.{1,120})=\s*(\d{1,3}(?:\.\d{1,4})?)\s*%?$/.exec(part.trim());
    const person = told?.[1]?.trim();
    if (!told || !person) return { code: 'not_shares', message: 'Shares are written person=percent; person=percent, with at most four places.' };
    const ppm = Number(parseDecimal(told[2] as string, 4));
    if (ppm === 0) return { code: 'not_shares', message: 'Each share must be above 0.' };
    if (shares.some((other) => other.person === person)) return { code: 'repeated', message: 'A person stands twice in the shares.' };
    shares.push({ person, ppm });
  }
  if (shares.length > most) return { code: 'not_shares', message: `At most ${most} people share a sale.` };
  const sum = shares.reduce((total, { ppm }) => total + ppm, 0);
  if (sum !== Number(wholeShare)) return { code: 'sum', message: `Shares must add to 100 %; these add to ${sum / 10_000} %.` };
  return { text: JSON.stringify(shares) };
}
