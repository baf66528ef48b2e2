/** A file for spreadsheets: every cell quoted, and no cell that a spreadsheet would take for a formula. */
export function csvFile(header: readonly string[], rows: readonly (readonly (string | number | null)[])[]): string {
  return `\uFEFF${[header.join(','), ...rows.map((row) => row.map(cell).join(','))].join('\r\n')}\r\n`;
}

const cell = (value: string | number | null) =>
  `"${String(value ?? '')
    .replaceAll('"', '""')
    .replace(/^[=+\-@\t\r]/, "'$&")}"`;
