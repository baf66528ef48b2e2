import type { FileRecord } from '../file-record.js';
import { ImportFailure } from '../import-failure.js';
import type { ByteSource } from './byte-source.js';
import { SharedTexts } from './shared-texts.js';
import { SheetRows } from './sheet-rows.js';
import { Styles } from './styles.js';
import { readXml, xmlPieces } from './xml.js';
import { ZipParts } from './zip-parts.js';

interface Sheet {
  name: string;
  part: string;
  hidden: boolean;
}

/** A workbook (.xlsx) of which a sheet is read row by row. */
export class Workbook {
  private constructor(
    private readonly parts: ZipParts,
    private readonly all: readonly Sheet[],
    private readonly folder: string,
    private readonly epoch1904: boolean,
  ) {}

  /** Throws ImportFailure with a sentence for the person who sent the file. */
  static async open(source: ByteSource): Promise<Workbook> {
    const parts = await ZipParts.open(source);
    const main = (await relations(parts, '')).find(({ type }) => type.endsWith('/officeDocument'))?.target ?? 'xl/workbook.xml';
    if (main.endsWith('.bin'))
      throw new ImportFailure('The file is a binary workbook (.xlsb). Save it as .xlsx or as "CSV UTF-8" and send it again.');
    if (!parts.has(main)) throw new ImportFailure('The zip file holds no workbook. Send an .xlsx workbook or a CSV file.');
    const targets = new Map((await relations(parts, main)).map(({ id, target }) => [id, target]));
    const sheets: Sheet[] = [];
    let epoch1904 = false;
    await readXml(main, parts.read(main, 'other'), {
      open(name, of) {
        if (name === 'workbookPr') epoch1904 = ['1', 'true'].includes(of['date1904'] ?? '');
        if (name !== 'sheet') return;
        const id = Object.entries(of).find(([key]) => key.endsWith(':id'))?.[1] ?? '';
        const part = targets.get(id);
        if (part && parts.has(part)) sheets.push({ name: of['name'] ?? '', part, hidden: (of['state'] ?? 'visible') !== 'visible' });
      },
    });
    if (sheets.length === 0) throw new ImportFailure('The workbook holds no sheet.');
    return new Workbook(parts, sheets, main.slice(0, main.lastIndexOf('/') + 1), epoch1904);
  }

  /** Names of the sheets that can be seen, in their order. */
  get sheets(): string[] {
    return this.all.filter(({ hidden }) => !hidden).map(({ name }) => name);
  }

  /** The rows of a sheet, the first that can be seen unless one is named. Wall clocks are those of the zone. */
  async *records(name: string | undefined, zone: string): AsyncGenerator<FileRecord[]> {
    const sheet = this.all.find((one) => (name === undefined ? !one.hidden : one.name === name)) ?? (name === undefined ? this.all[0] : undefined);
    if (!sheet)
      throw new ImportFailure(
        `The workbook has no sheet "${(name ?? '').slice(0, 60)}". Its sheets are ${this.sheets
          .slice(0, 20)
          .map((one) => `"${one.slice(0, 60)}"`)
          .join(', ')}.`,
      );
    const styles = new Styles();
    const stylesPart = `${this.folder}styles.xml`;
    await readXml(stylesPart, this.parts.read(stylesPart, 'other'), styles);
    const rows = new SheetRows({ texts: await this.texts(), styles, zone, epoch1904: this.epoch1904 });
    const steps = xmlPieces(sheet.part, this.parts.read(sheet.part, 'sheet'), rows);
    while (!(await steps.next()).done) {
      const records = rows.take();
      if (records.length > 0) yield records;
    }
  }

  private async texts(): Promise<SharedTexts> {
    const texts = new SharedTexts();
    const part = `${this.folder}sharedStrings.xml`;
    let text = '';
    let reading = false;
    let phonetic = false;
    if (!this.parts.has(part)) return texts;
    await readXml(part, this.parts.read(part, 'texts'), {
      open(name) {
        if (name === 'si') text = '';
        else if (name === 'rPh') phonetic = true;
        else if (name === 't') reading = !phonetic;
      },
      text(piece) {
        if (reading) text += piece;
      },
      close(name) {
        if (name === 't') reading = false;
        else if (name === 'rPh') phonetic = false;
        else if (name === 'si') texts.add(text);
      },
    });
    return texts;
  }
}

/** What a part refers to, with targets as names of parts. */
async function relations(parts: ZipParts, part: string): Promise<{ id: string; type: string; target: string }[]> {
  const cut = part.lastIndexOf('/') + 1;
  const folder = part.slice(0, cut);
  const file = `${folder}_rels/${part.slice(cut)}.rels`;
  const found: { id: string; type: string; target: string }[] = [];
  if (!parts.has(file)) return found;
  await readXml(file, parts.read(file, 'other'), {
    open(name, of) {
      if (name !== 'Relationship' || of['TargetMode'] === 'External') return;
      const target = of['Target'] ?? '';
      found.push({ id: of['Id'] ?? '', type: of['Type'] ?? '', target: target.startsWith('/') ? target.slice(1) : resolved(folder, target) });
    },
  });
  return found;
}

/** `../media/x` beside `xl/worksheets/` is `xl/media/x`. */
function resolved(folder: string, target: string): string {
  const path: string[] = [];
  for (const step of `${folder}${target}`.split('/')) {
    if (step === '..') path.pop();
    else if (step !== '.' && step !== '') path.push(step);
  }
  return path.join('/');
}
