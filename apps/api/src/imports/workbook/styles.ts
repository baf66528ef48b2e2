import type { XmlHandler } from './xml.js';

/** Formats that every workbook knows by number and that show a day or an instant. */
const builtIn = (id: number) => (id >= 14 && id <= 22) || (id >= 27 && id <= 36) || id === 45 || id === 47 || (id >= 50 && id <= 58);

/** Which cell styles show their number as a day or an instant. */
export class Styles implements XmlHandler {
  private readonly own = new Map<number, boolean>();
  private readonly dated: boolean[] = [];
  private inCells = false;

  readonly open = (name: string, of: Readonly<Record<string, string>>): void => {
    if (name === 'numFmt') this.own.set(Number(of['numFmtId']), showsDay(of['formatCode'] ?? ''));
    else if (name === 'cellXfs') this.inCells = true;
    else if (name === 'xf' && this.inCells) {
      const id = Number(of['numFmtId'] ?? 0);
      this.dated.push(this.own.get(id) ?? builtIn(id));
    }
  };

  readonly close = (name: string): void => {
    if (name === 'cellXfs') this.inCells = false;
  };

  /** Whether a cell of this style shows a day or an instant. */
  shows(style: string | undefined): boolean {
    return style !== undefined && (this.dated[Number(style)] ?? false);
  }
}

/** A format shows a day when letters of a date stand outside of quotes, escapes and brackets. Elapsed time such as [h]:mm is a number. */
export function showsDay(code: string): boolean {
  if (/\[(h+|m+|s+)\]/i.test(code)) return false;
  const first = (code.split(';')[0] ?? '').replaceAll(/"[^"]*"|\\.|_.|\*.|\[[^\]]*\]/g, '');
  return /[ymdhs]/i.test(first.replaceAll(/general|E[+-]/gi, ''));
}
