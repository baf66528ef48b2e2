import { strToU8, zipSync } from 'fflate';

const spaces =
  'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"';
const types = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';

/** Styles by place: 0 plain, 1 a day (format 14), 2 day and time of a format of its own, 3 elapsed time, 4 money with a currency in quotes. */
const styles = `<styleSheet ${spaces}><numFmts count="3"><numFmt numFmtId="164" formatCode="dd.mm.yyyy\\ hh:mm"/><numFmt numFmtId="165" formatCode="[h]:mm:ss"/>
  <numFmt numFmtId="166" formatCode="#,##0.00\\ &quot;USD sold&quot;;[Red]-#,##0.00"/></numFmts><cellStyleXfs count="1"><xf numFmtId="14"/></cellStyleXfs>
  <cellXfs count="5"><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="165"/><xf numFmtId="166"/></cellXfs></styleSheet>`;

export interface SheetSource {
  name: string;
  /** XML of the rows. */
  rows: string;
  hidden?: boolean;
}

/** A workbook as spreadsheet programs write it. `shared` are the texts that cells of type s name; `more` replaces or adds parts. */
export function workbookOf(
  sheets: readonly SheetSource[],
  { shared = [], epoch1904 = false, more = {} }: { shared?: readonly string[]; epoch1904?: boolean; more?: Record<string, string> } = {},
): Buffer {
  const relation = (id: string, type: string, target: string) => `<Relationship Id="${id}" Type="${types}/${type}" Target="${target}"/>`;
  const relations = (...all: string[]) =>
    `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${all.join('')}</Relationships>`;
  const listed = sheets.map(
    ({ name, hidden }, n) => `<sheet name="${name}" sheetId="${n + 1}"${hidden ? ' state="hidden"' : ''} r:id="rId${n + 1}"/>`,
  );
  const parts: Record<string, string> = {
    '_rels/.rels': relations(relation('rId1', 'officeDocument', 'xl/workbook.xml')),
    'xl/workbook.xml': `<workbook ${spaces}><workbookPr${epoch1904 ? ' date1904="1"' : ''}/><sheets>${listed.join('')}</sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': relations(...sheets.map((_, n) => relation(`rId${n + 1}`, 'worksheet', `worksheets/sheet${n + 1}.xml`))),
    'xl/styles.xml': styles,
    'xl/sharedStrings.xml': `<sst ${spaces}>${shared.map((text) => `<si>${text}</si>`).join('')}</sst>`,
    ...Object.fromEntries(
      sheets.map(({ rows }, n) => [`xl/worksheets/sheet${n + 1}.xml`, `<worksheet ${spaces}><sheetData>${rows}</sheetData></worksheet>`]),
    ),
    ...more,
  };
  return Buffer.from(zipSync(Object.fromEntries(Object.entries(parts).map(([name, xml]) => [name, strToU8(xml)]))));
}

const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

/** Rows of texts and numbers, as a program writes them that knows no shared texts. */
export function rowsOf(rows: readonly (readonly (string | number)[])[], first = 1): string {
  return rows
    .map((cells, row) => {
      const written = cells.map((cell, place) => {
        const at = `${String.fromCharCode(65 + place)}${row + first}`;
        return typeof cell === 'number' ? `<c r="${at}"><v>${cell}</v></c>` : `<c r="${at}" t="inlineStr"><is><t>${escaped(cell)}</t></is></c>`;
      });
      return `<row r="${row + first}">${written.join('')}</row>`;
    })
    .join('');
}
