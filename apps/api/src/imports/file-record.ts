/** One record of a file: the line (in a workbook the row) on which it begins and its cells. The first line is 1. */
export interface FileRecord {
  line: number;
  cells: string[];
  /** A quote stands inside an unquoted cell: the record is broken, the next one is not. */
  broken: boolean;
  /** Cells of a workbook that hold no value, by place: an error or a formula that was never worked out. */
  faults?: ReadonlyMap<number, { code: string; message: string }>;
}

/** Name of a column as spreadsheets write it: 0 is A, 26 is AA. */
export function letterOf(place: number): string {
  const rest = Math.floor(place / 26) - 1;
  return (rest >= 0 ? letterOf(rest) : '') + String.fromCharCode(65 + (place % 26));
}
