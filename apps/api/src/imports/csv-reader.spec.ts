import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CsvError, CsvReader, delimiterOf } from './csv-reader.js';

fc.configureGlobal({ seed: 20_261_121 }); // the same cases in every run

const read = (text: string, size = text.length || 1) => {
  const reader = new CsvReader(',');
  const records = [];
  for (let at = 0; at < text.length; at += size) records.push(...reader.push(text.slice(at, at + size)));
  return [...records, ...reader.end()];
};

describe('reading CSV', () => {
  it('SRC-10 (CSV) reads quotes, doubled quotes and line breaks inside cells, and keeps the number of the line', () => {
    expect(read('a,b\r\n"x ""y""","1\n2"\nlast,')).toEqual([
      { line: 1, cells: ['a', 'b'], broken: false },
      { line: 2, cells: ['x "y"', '1\n2'], broken: false },
      { line: 4, cells: ['last', ''], broken: false },
    ]);
  });

  it('SRC-10 (CSV) skips blank lines and goes on counting them', () => {
    expect(read('a\n\n\nb\n').map((record) => [record.line, record.cells])).toEqual([
      [1, ['a']],
      [4, ['b']],
    ]);
  });

  it('SRC-10 (errors) says on which line a quote opens that never closes', () => {
    expect(() => read('a,b\n1,2\n3,"4\n5,6\n')).toThrow(new CsvError('Line 3: a quote opens and never closes.'));
  });

  it('SRC-10 (errors) says on which line text stands behind a closing quote', () => {
    expect(() => read('a,b\n"1"x,2\n')).toThrow(new CsvError('Line 2: text stands behind a closing quote.'));
  });

  it('SRC-10 (errors) marks a record with a stray quote and goes on with the next line', () => {
    expect(read('a,b\n5" disk,1\nc,2')).toEqual([
      { line: 1, cells: ['a', 'b'], broken: false },
      { line: 2, cells: ['5" disk', '1'], broken: true },
      { line: 3, cells: ['c', '2'], broken: false },
    ]);
  });

  it('SRC-10 (CSV) reads the same whatever the size of the pieces', () => {
    const cell = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r', 'ü', ' ') });
    const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
    fc.assert(
      fc.property(fc.array(fc.array(cell, { minLength: 2, maxLength: 3 }), { minLength: 1 }), fc.integer({ min: 1, max: 7 }), (rows, size) => {
        const text = rows.map((row) => row.map(quoted).join(',')).join('\r\n');
        expect(read(text, size).map((record) => record.cells)).toEqual(rows);
        expect(read(text, size)).toEqual(read(text));
      }),
    );
  });

  it('SRC-10 (CSV) finds the delimiter in the header', () => {
    expect([delimiterOf('a;b;c\n1,2;3'), delimiterOf('a\tb'), delimiterOf('a')]).toEqual([';', '\t', ',']);
  });
});
