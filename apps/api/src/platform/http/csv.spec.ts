import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { csvFile } from './csv.js';

fc.configureGlobal({ seed: 20_261_121 }); // the same cases in every run

/** Cells of a file as a spreadsheet reads them: RFC 4180, read by hand so that nothing of the writer is used. */
function cellsOf(file: string): string[][] {
  const rows: string[][] = [[]];
  let text = '';
  let quoted = false;
  for (let n = 1; n < file.length; n += 1) {
    const sign = file[n] as string;
    if (quoted && sign === '"' && file[n + 1] === '"') text += file[(n += 1)];
    else if (sign === '"') quoted = !quoted;
    else if (!quoted && sign === ',') {
      rows.at(-1)?.push(text);
      text = '';
    } else if (!quoted && sign === '\r' && file[n + 1] === '\n') {
      rows.at(-1)?.push(text);
      text = '';
      n += 1;
      if (n < file.length - 1) rows.push([]);
    } else text += sign;
  }
  return rows;
}

describe('files for spreadsheets', () => {
  it.each([
    ['=HYPERLINK("http://x","y")', `'=HYPERLINK("http://x","y")`],
    ['+1 (555) 010', `'+1 (555) 010`],
    ['-2+3', `'-2+3`],
    ['@x', `'@x`],
    ['\t=1', `'\t=1`],
    ['\r=1', `'\r=1`],
    ['\n=1', `'\n=1`],
    ['\uFF1D1+1', `'\uFF1D1+1`],
    ['\uFF0B1', `'\uFF0B1`],
    ['\uFF0D1', `'\uFF0D1`],
    ['\uFF20x', `'\uFF20x`],
    ['a,b\r\n"c"', 'a,b\r\n"c"'],
    ['Länder & Co', 'Länder & Co'],
  ])('REP-13 (formula-safe) case 93 the text %j arrives as %j', (text, expected) => {
    expect(cellsOf(csvFile(['name'], [[text]]))[1]).toEqual([expected]);
  });

  it('REP-13 (formula-safe) case 93 numbers stay numbers, a negative one too, also when they come as text', () => {
    expect(cellsOf(csvFile(['a', 'b', 'c', 'd'], [[-5, '-5.00', 0, '-12345678901234567890.01']]))[1]).toEqual([
      '-5',
      '-5.00',
      '0',
      '-12345678901234567890.01',
    ]);
    expect(cellsOf(csvFile(['a', 'b', 'c'], [['-5;1', '-', '-1e5']]))[1]).toEqual([`'-5;1`, `'-`, `'-1e5`]);
  });

  it('REP-13 (formula-safe) whatever the text: no cell begins with a trigger, every text comes back, rows and columns stay', () => {
    const text = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom('=', '+', '-', '@', '\t', '\r', '\n', '\uFF1D', '"', ',').chain((first) => fc.string().map((rest) => first + rest)),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(text, text), { minLength: 1, maxLength: 8 }), (rows) => {
        const read = cellsOf(csvFile(['a', 'b'], rows)).slice(1);
        expect(read).toHaveLength(rows.length);
        read.forEach((cells, n) => {
          expect(cells).toHaveLength(2);
          cells.forEach((cell, m) => {
            const sent = (rows[n] as string[])[m] as string;
            if (/^-?\d+(\.\d+)?$/.test(sent)) return expect(cell).toBe(sent);
            expect(cell).not.toMatch(/^[=+\-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20]/);
            return expect(cell === sent || cell === `'${sent}`).toBe(true);
          });
        });
      }),
      { numRuns: 1000 },
    );
  });
});
