import { describe, expect, it } from '@jest/globals';
import { strToU8, zipSync } from 'fflate';
import type { FileRecord } from '../file-record.js';
import { letterOf } from '../file-record.js';
import { bytesOf } from './byte-source.js';
import { showsDay } from './styles.js';
import { Workbook } from './workbook.js';
import { rowsOf, type SheetSource, workbookOf } from './workbook.spec-data.js';

const read = async (content: Buffer, { sheet, zone = 'Europe/Berlin' }: { sheet?: string; zone?: string } = {}) => {
  const records: FileRecord[] = [];
  for await (const piece of (await Workbook.open(bytesOf(content))).records(sheet, zone)) records.push(...piece);
  return records;
};
const one = (rows: string): SheetSource[] => [{ name: 'Data', rows }];
/** The first cell of a sheet that has this one below a header. */
const cell = async (xml: string, options: Parameters<typeof workbookOf>[1] = {}, zone?: string) => {
  const records = await read(
    workbookOf(one(`<row r="1"><c r="A1" t="str"><v>h</v></c></row><row r="2">${xml}</row>`), options),
    zone ? { zone } : {},
  );
  const [fault] = records[1]?.faults?.values() ?? [];
  return fault ? `${fault.code}: ${fault.message}` : records[1]?.cells[0];
};
const refusal = (content: Buffer, sheet?: string) =>
  read(content, sheet === undefined ? {} : { sheet }).then(
    () => 'read',
    (error: Error) => `${error.constructor.name}: ${error.message}`,
  );

describe('reading workbooks', () => {
  it.each<[string, string, string]>([
    ['a shared text', '<c r="A2" t="s"><v>1</v></c>', 'Jürgen & Söhne'],
    ['a shared text of several runs, without how it is spoken', '<c r="A2" t="s"><v>0</v></c>', 'Acme Inc.'],
    ['a text of its own', '<c r="A2" t="inlineStr"><is><t xml:space="preserve"> x </t></is></c>', ' x '],
    ['the stored text of a formula', '<c r="A2" t="str"><f>A1&amp;"!"</f><v>h!</v></c>', 'h!'],
    ['the stored number of a formula', '<c r="A2"><f>SUM(B1:B9)</f><v>12.5</v></c>', '12.5'],
    ['a truth', '<c r="A2" t="b"><v>1</v></c>', 'true'],
    ['a day of its own type', '<c r="A2" t="d"><v>2026-05-01</v></c>', '2026-05-01'],
    ['a whole number', '<c r="A2"><v>40711</v></c>', '40711'],
    ['a number of money', '<c r="A2" s="4"><v>1054.0999999999999</v></c>', '1054.1'],
    ['a sum that binary numbers miss', '<c r="A2"><v>0.30000000000000004</v></c>', '0.3'],
    ['a small number', '<c r="A2"><v>1.0000000000000001E-7</v></c>', '0.0000001'],
    ['a large number', '<c r="A2"><v>1.2E+20</v></c>', '120000000000000000000'],
    ['an elapsed time', '<c r="A2" s="3"><v>1.5</v></c>', '1.5'],
    ['a day', '<c r="A2" s="1"><v>46143</v></c>', '2026-05-01'], // 1970-01-01 is 25569; 46143 - 25569 = 20574 days later
    ['the first day', '<c r="A2" s="1"><v>1</v></c>', '1900-01-01'],
    ['the day before the one that never was', '<c r="A2" s="1"><v>59</v></c>', '1900-02-28'],
    ['the day after it', '<c r="A2" s="1"><v>61</v></c>', '1900-03-01'],
    ['midnight', '<c r="A2" s="2"><v>46143</v></c>', '2026-05-01'],
    ['an instant of summer', '<c r="A2" s="2"><v>46143.395833333336</v></c>', '2026-05-01T07:30:00.000Z'], // 9:30 in Berlin
    ['an instant of winter', '<c r="A2" s="2"><v>46023.999988425923</v></c>', '2026-01-01T22:59:59.000Z'], // 23:59:59 there
    ['an error', '<c r="A2" t="e"><v>#N/A</v></c>', 'cell_error: The cell holds the error #N/A.'],
    ['an error of a formula', '<c r="A2" t="e"><f>1/0</f><v>#DIV/0!</v></c>', 'cell_error: The cell holds the error #DIV/0!.'],
    ['a text that is not there', '<c r="A2" t="s"><v>99</v></c>', 'cell_error: The cell names a text that the workbook does not hold.'],
    ['the day that never was', '<c r="A2" s="1"><v>60</v></c>', 'not_a_day: The cell shows 60 as a day, and there is no such day.'],
    ['a time without a day', '<c r="A2" s="2"><v>0.5</v></c>', 'not_a_day: The cell holds a time of day without a day.'],
    ['what is no number', '<c r="A2"><v>NaN</v></c>', 'not_a_number: The cell holds "NaN", which is no number.'],
  ])('SRC-10 (XLSX) reads %s', async (_what, xml, shown) => {
    const shared = ['<r><t>Acme</t></r><r><t xml:space="preserve"> Inc.</t></r><rPh sb="0" eb="1"><t>akumi</t></rPh>', '<t>Jürgen &amp; Söhne</t>'];
    expect(await cell(xml, { shared })).toBe(shown);
  });

  it('SRC-10 (XLSX) a formula that was never worked out is told, and a cell without anything is empty', async () => {
    expect(await cell('<c r="A2"><f>B1</f></c>')).toMatch(/^no_result: The formula of the cell was never worked out\./);
    expect(
      (
        await read(
          workbookOf(
            one(
              rowsOf([
                ['a', 'b'],
                ['', 'x'],
              ]),
            ),
          ),
        )
      )[1]?.cells,
    ).toEqual(['', 'x']);
  });

  it('SRC-10 (XLSX) workbooks that count days from 1904, and other zones', async () => {
    expect(await cell('<c r="A2" s="1"><v>44681</v></c>', { epoch1904: true })).toBe('2026-05-01'); // 46143 - 1462
    expect(await cell('<c r="A2" s="2"><v>46143.395833333336</v></c>', {}, 'America/New_York')).toBe('2026-05-01T13:30:00.000Z');
  });

  it('SRC-10 (XLSX) a record knows its row and has the cells of the header; rows without values are none', async () => {
    const rows = `<row r="3"><c r="B3" t="str"><v>x</v></c><c r="D3" t="str"><v>y</v></c></row><row r="4"/><row r="5"><c r="B5" s="1"/></row>
      <row r="7"><c r="B7"><v>1</v></c></row><row><c><v>2</v></c></row><row r="9"><c r="F9"><v>3</v></c></row>`;
    expect(await read(workbookOf(one(rows)))).toEqual([
      { line: 3, cells: ['', 'x', '', 'y'], broken: false },
      { line: 7, cells: ['', '1', '', ''], broken: false },
      { line: 8, cells: ['2', '', '', ''], broken: false },
      { line: 9, cells: ['', '', '', '', '', '3'], broken: false },
    ]);
    expect([letterOf(0), letterOf(25), letterOf(26), letterOf(701), letterOf(702)]).toEqual(['A', 'Z', 'AA', 'ZZ', 'AAA']);
  });

  it('SRC-10 (XLSX) takes the first sheet that can be seen, or the one that is named', async () => {
    const sheets = [
      { name: 'Notes', rows: rowsOf([['n']]), hidden: true },
      { name: 'Deals', rows: rowsOf([['d']]) },
      { name: 'Calls', rows: rowsOf([['c']]) },
    ];
    const content = workbookOf(sheets);
    expect((await Workbook.open(bytesOf(content))).sheets).toEqual(['Deals', 'Calls']);
    expect((await read(content))[0]?.cells).toEqual(['d']);
    expect((await read(content, { sheet: 'Calls' }))[0]?.cells).toEqual(['c']);
    expect(await refusal(content, 'Other')).toBe('ImportFailure: The workbook has no sheet "Other". Its sheets are "Deals", "Calls".');
  });

  it('SRC-10 (XLSX) reads elements whose names have a prefix', async () => {
    const spaced = workbookOf(one(''), {
      more: {
        'xl/worksheets/sheet1.xml':
          '<x:worksheet xmlns:x="u"><x:sheetData><x:row r="1"><x:c r="A1"><x:v>7</x:v></x:c></x:row></x:sheetData></x:worksheet>',
      },
    });
    expect((await read(spaced))[0]?.cells).toEqual(['7']);
  });

  const fine = workbookOf(one(rowsOf([['h'], ['x']])));
  /** A sheet of which both records of the zip file say that it has this many bytes. */
  const lying = (bytes: number) => {
    const content = Buffer.from(fine);
    for (let at = 0; at < content.length - 4; at += 1) {
      const kind = content.readUInt32LE(at);
      const [sizeAt, nameAt] = kind === 0x04034b50 ? [22, 30] : kind === 0x02014b50 ? [24, 46] : [0, 0];
      if (nameAt > 0 && content.toString('latin1', at + nameAt, at + nameAt + 24).startsWith('xl/worksheets/sheet1.xml'))
        content.writeUInt32LE(bytes, at + sizeAt);
    }
    return content;
  };
  const sealedPart = () => {
    const content = Buffer.from(fine);
    for (let at = 0; at < content.length - 4; at += 1)
      if (content.readUInt32LE(at) === 0x02014b50) content.writeUInt16LE(content.readUInt16LE(at + 8) | 1, at + 8);
    return content;
  };
  const withSheet = (xml: string) => workbookOf(one(''), { more: { 'xl/worksheets/sheet1.xml': xml } });

  it.each<[string, Buffer, RegExp]>([
    ['that are cut off', fine.subarray(0, fine.length - 40), /^ImportFailure: The workbook cannot be read: /],
    ['of which a part is cut off', Buffer.concat([fine.subarray(0, 40), Buffer.alloc(60), fine.subarray(100)]), /^ImportFailure: /],
    ['that are zip files of something else', Buffer.from(zipSync({ 'a.txt': strToU8('x') })), /^ImportFailure: The zip file holds no workbook\./],
    ['whose parts are sealed', sealedPart(), /^ImportFailure: The file is protected with a password/],
    ['that say they are larger than may be', lying(0xffffffff), /^ImportFailure: The workbook cannot be read: |unpacks to more than 4096 MiB/],
    ['that are larger than they say', lying(20), /^ImportFailure: The workbook cannot be read: /],
    [
      'whose XML breaks off',
      withSheet('<worksheet><sheetData><row r="1">'),
      /^ImportFailure: The part "xl\/worksheets\/sheet1\.xml" of the workbook is broken: /,
    ],
    [
      'with entities that grow',
      withSheet(
        '<!DOCTYPE w [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><worksheet><sheetData><row r="1"><c r="A1" t="str"><v>&b;</v></c></row></sheetData></worksheet>',
      ),
      /^ImportFailure: .* is broken: .*entity/,
    ],
    [
      'with rows beyond the last one',
      withSheet('<worksheet><sheetData><row r="1048577"><c><v>1</v></c></row></sheetData></worksheet>'),
      /^ImportFailure: The sheet has more than 1048576 rows\.$/,
    ],
    [
      'with columns beyond the last one',
      withSheet('<worksheet><sheetData><row r="1"><c r="XFE1"><v>1</v></c></row></sheetData></worksheet>'),
      /^ImportFailure: The sheet has more than 16384 columns\.$/,
    ],
    ['without sheets', workbookOf([]), /^ImportFailure: The workbook holds no sheet\.$/],
  ])('SRC-10 (XLSX) SEC-02 refuses workbooks %s, with a sentence', async (_what, content, sentence) => {
    expect(await refusal(content)).toMatch(sentence);
  });

  it('SRC-10 (XLSX) SEC-02 a part that unpacks to more than it may is refused while it is read', async () => {
    const bomb = workbookOf(one(rowsOf([['h']])), { more: { 'xl/styles.xml': `<styleSheet>${' '.repeat(17 * 1024 * 1024)}</styleSheet>` } });
    expect(bomb.length).toBeLessThan(100_000);
    expect(await refusal(bomb)).toBe(
      'ImportFailure: The part "xl/styles.xml" of the workbook unpacks to more than 16 MiB. Save the sheet as "CSV UTF-8" and send that.',
    );
  });

  it('SRC-10 (XLSX) formats that show a day are told from those that show a number', () => {
    expect(['yyyy-mm-dd', 'd/m/yy h:mm AM/PM', '[$-409]mmmm\\ d', '[Red]dd.mm.yy;@'].map(showsDay)).toEqual([true, true, true, true]);
    expect(['General', '0.00E+00', '#,##0.00 "days"', '[h]:mm', '0\\d', '@', '[$USD] #,##0'].map(showsDay)).toEqual(Array(7).fill(false));
  });
});
