import type { FileRecord } from '../file-record.js';
import { ImportFailure } from '../import-failure.js';
import { type CellFault, dateText, numberText } from './number-cells.js';
import type { SharedTexts } from './shared-texts.js';
import type { Styles } from './styles.js';
import type { XmlHandler } from './xml.js';

const mostRows = 1_048_576;
const mostColumns = 16_384;

/** What the cells of a sheet are read by. */
export interface Reading {
  texts: SharedTexts;
  styles: Styles;
  zone: string;
  epoch1904: boolean;
}

/** Turns the elements of a sheet into records. Of a formula the stored result counts; rows without any value are no records. */
export class SheetRows implements XmlHandler {
  private gathered: FileRecord[] = [];
  private width = 0;
  private row = 0;
  private place = 0;
  private cells: string[] = [];
  private faults = new Map<number, CellFault>();
  private type = 'n';
  private style: string | undefined;
  private value = '';
  private formula = false;
  private reading = false;
  private phonetic = false;

  constructor(private readonly by: Reading) {}

  /** The records since it was asked last. */
  take(): FileRecord[] {
    const taken = this.gathered;
    this.gathered = [];
    return taken;
  }

  readonly open = (name: string, of: Readonly<Record<string, string>>): void => {
    if (name === 'c') this.begin(of);
    else if (name === 'v' || (name === 't' && !this.phonetic)) this.reading = true;
    else if (name === 'f') this.formula = true;
    else if (name === 'rPh') this.phonetic = true;
    else if (name === 'row') {
      this.row = of['r'] === undefined ? this.row + 1 : Number(of['r']);
      if (!Number.isInteger(this.row) || this.row < 1 || this.row > mostRows) throw new ImportFailure(`The sheet has more than ${mostRows} rows.`);
      this.place = -1;
      this.cells = [];
      this.faults = new Map();
    }
  };

  readonly text = (text: string): void => {
    if (this.reading) this.value += text;
  };

  readonly close = (name: string): void => {
    if (name === 'v' || name === 't') this.reading = false;
    else if (name === 'rPh') this.phonetic = false;
    else if (name === 'c') this.end();
    else if (name === 'row') this.endRow();
  };

  private begin(of: Readonly<Record<string, string>>): void {
    this.place = of['r'] === undefined ? this.place + 1 : placeOf(of['r']);
    if (this.place < 0 || this.place >= mostColumns) throw new ImportFailure(`The sheet has more than ${mostColumns} columns.`);
    this.type = of['t'] ?? 'n';
    this.style = of['s'];
    this.value = '';
    this.formula = false;
  }

  private end(): void {
    const text = this.cell();
    if (text === '') return;
    while (this.cells.length < this.place) this.cells.push('');
    this.cells[this.place] = typeof text === 'string' ? text : '';
    if (typeof text !== 'string') this.faults.set(this.place, text);
  }

  private cell(): string | CellFault {
    const { texts, styles, zone, epoch1904 } = this.by;
    if (this.type === 'e') return { code: 'cell_error', message: `The cell holds the error ${this.value.slice(0, 40)}.` };
    if (this.type === 's')
      return texts.get(Number(this.value)) ?? { code: 'cell_error', message: 'The cell names a text that the workbook does not hold.' };
    if (this.type === 'inlineStr' || this.type === 'str') return this.value;
    if (this.value === '' && this.formula)
      return {
        code: 'no_result',
        message: 'The formula of the cell was never worked out. Open the workbook in a spreadsheet program, save it and send it again.',
      };
    if (this.value === '') return '';
    if (this.type === 'b') return this.value === '1' ? 'true' : 'false';
    if (this.type === 'd') return this.value;
    return styles.shows(this.style) ? dateText(this.value, zone, epoch1904) : numberText(this.value);
  }

  /** A record has as many cells as the first one, and more only when they hold something. */
  private endRow(): void {
    if (this.cells.length === 0) return;
    this.width ||= this.cells.length;
    while (this.cells.length < this.width) this.cells.push('');
    const record: FileRecord = { line: this.row, cells: this.cells, broken: false };
    if (this.faults.size > 0) record.faults = this.faults;
    this.gathered.push(record);
  }
}

/** B7 -> 1, AA1 -> 26. */
function placeOf(reference: string): number {
  let place = 0;
  for (const letter of reference) {
    const code = letter.charCodeAt(0) - 64;
    if (code < 1 || code > 26) break;
    place = place * 26 + code;
  }
  return place - 1;
}
