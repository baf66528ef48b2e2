import type { FileRecord } from './file-record.js';

/** The whole file cannot be read on. */
export class CsvError extends Error {}

const quote = 34;
const newline = 10;
const carriage = 13;
/** A quote that is still open after so many characters is taken as forgotten; reading on would keep the whole file in memory. */
const longestCell = 4_000_000;

/**
 * Reads CSV piece by piece (RFC 4180, any line ending), so that a large file needs constant memory. A quote that never closes and text behind a
 * closing quote end the reading with the line's number, because from there on no cell can be trusted.
 */
export class CsvReader {
  private rest = '';
  private line = 1;

  constructor(private readonly delimiter: string) {}

  /** The records that are complete so far. Text of an unfinished record is kept for the next piece. */
  push(piece: string): FileRecord[] {
    return this.read(this.rest + piece, false);
  }

  /** The last record, when the file does not end with a line break. */
  end(): FileRecord[] {
    return this.read(this.rest, true);
  }

  private read(text: string, last: boolean): FileRecord[] {
    const records: FileRecord[] = [];
    let at = 0;
    while (at < text.length) {
      const record = this.record(text, at, last);
      if (record === null) break;
      if (record.cells.length > 1 || record.cells[0] !== '') records.push({ line: this.line, cells: record.cells, broken: record.broken });
      this.line += record.lines;
      at = record.next;
    }
    this.rest = text.slice(at);
    return records;
  }

  /** One record from `start`, or null when the text ends before the record does. */
  private record(text: string, start: number, last: boolean): { cells: string[]; broken: boolean; lines: number; next: number } | null {
    const cells: string[] = [];
    let broken = false;
    let lines = 1;
    let at = start;
    for (;;) {
      if (text.charCodeAt(at) === quote) {
        const cell = this.quoted(text, at, last, lines);
        if (cell === null) return null;
        cells.push(cell.value);
        lines += cell.breaks;
        at = cell.next;
      } else {
        const end = this.endOfCell(text, at);
        if (end === text.length && !last) return null;
        const value = text.slice(at, end);
        broken ||= value.includes('"');
        cells.push(value);
        at = end;
      }
      if (at >= text.length) return { cells, broken, lines, next: at };
      const code = text.charCodeAt(at);
      if (code === newline) return { cells, broken, lines, next: at + 1 };
      if (code === carriage) {
        if (at + 1 >= text.length && !last) return null;
        return { cells, broken, lines, next: text.charCodeAt(at + 1) === newline ? at + 2 : at + 1 };
      }
      at += 1;
      if (at >= text.length && !last) return null;
    }
  }

  private quoted(text: string, start: number, last: boolean, lines: number): { value: string; breaks: number; next: number } | null {
    let at = start + 1;
    for (;;) {
      const end = text.indexOf('"', at);
      if (end === -1 && (last || text.length - start > longestCell))
        throw new CsvError(`Line ${this.line + lines - 1}: a quote opens and never closes.`);
      if (end === -1 || (end === text.length - 1 && !last)) return null;
      if (text.charCodeAt(end + 1) === quote) {
        at = end + 2;
        continue;
      }
      const raw = text.slice(start + 1, end);
      const next = end + 1;
      const code = text.charCodeAt(next);
      if (next < text.length && code !== newline && code !== carriage && text[next] !== this.delimiter)
        throw new CsvError(`Line ${this.line + lines - 1 + breaksIn(raw)}: text stands behind a closing quote.`);
      return { value: raw.replaceAll('""', '"'), breaks: breaksIn(raw), next };
    }
  }

  private endOfCell(text: string, at: number): number {
    const delimiter = this.delimiter.charCodeAt(0);
    for (let end = at; end < text.length; end += 1) {
      const code = text.charCodeAt(end);
      if (code === delimiter || code === newline || code === carriage) return end;
    }
    return text.length;
  }
}

function breaksIn(text: string): number {
  let breaks = 0;
  for (let at = text.search(/[\r\n]/); at !== -1 && at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === newline || (code === carriage && text.charCodeAt(at + 1) !== newline)) breaks += 1;
  }
  return breaks;
}

/** The delimiter that the header line uses most, comma when none does. */
export function delimiterOf(header: string): ',' | ';' | '\t' {
  const line = header.split(/[\r\n]/, 1)[0] ?? '';
  const counts = ([',', ';', '\t'] as const).map((delimiter) => ({ delimiter, count: line.split(delimiter).length }));
  return counts.reduce((best, next) => (next.count > best.count ? next : best)).delimiter;
}
