/** What a spreadsheet may take for the beginning of a formula, full-width forms included. */
const trigger = /^[=+\-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20]/;

/** A number as the product writes it: it stays one, a minus in front of it included. */
const number = /^-?\d+(\.\d+)?$/;

/** A file for spreadsheets: every cell quoted, and no cell that a spreadsheet would take for a formula. Numbers are written as they are. */
export function csvFile(header: readonly string[], rows: readonly (readonly (string | number | null)[])[]): string {
  return `\uFEFF${[header.join(','), ...rows.map((row) => row.map(cell).join(','))].join('\r\n')}\r\n`;
}

/** One quoted cell. Text that begins like a formula gets an apostrophe in front, which spreadsheets hide and never evaluate. */
function cell(value: string | number | null): string {
  const text = String(value ?? '');
  const harmless = trigger.test(text) && !number.test(text) ? `'${text}` : text;
  return `"${harmless.replaceAll('"', '""')}"`;
}
