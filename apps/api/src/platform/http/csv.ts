/** What a spreadsheet may take for the beginning of a formula, full-width forms included. */
const trigger = /^[=+\-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20]/;

/** A number as the product writes it: it stays one, a minus in front of it included. */
const number = /^-?\d+(\.\d+)?$/;

type Cell = string | number | null;

/** By this a spreadsheet knows UTF-8. It comes first in a file. */
const mark = '\uFEFF';

/** The first line of a file for spreadsheets, with the mark by which they know UTF-8. */
export function csvHead(header: readonly string[]): string {
  return mark + csvColumns(header);
}

/** What a file is about, above its columns (Q94): the mark of UTF-8, a name and a value a line, and an empty line, after which the columns come. */
export function csvAbout(lines: readonly (readonly [name: string, value: Cell])[]): string {
  return `${mark}${csvLines(lines)}\r\n`;
}

/** The line of the columns, where it is not the first of the file. */
export function csvColumns(header: readonly string[]): string {
  return `${header.join(',')}\r\n`;
}

/** Further lines: every cell quoted, and no cell that a spreadsheet would take for a formula. Numbers are written as they are. */
export function csvLines(rows: readonly (readonly Cell[])[]): string {
  return rows.map((row) => `${row.map(cell).join(',')}\r\n`).join('');
}

/** A whole file for spreadsheets. */
export function csvFile(header: readonly string[], rows: readonly (readonly Cell[])[]): string {
  return csvHead(header) + csvLines(rows);
}

/** One quoted cell. Text that begins like a formula gets an apostrophe in front, which spreadsheets hide and never evaluate. */
function cell(value: Cell): string {
  const text = String(value ?? '');
  const harmless = trigger.test(text) && !number.test(text) ? `'${text}` : text;
  return `"${harmless.replaceAll('"', '""')}"`;
}
