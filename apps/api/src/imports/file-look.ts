import { DomainError } from '@waymark/kernel';
import { currentContext } from '../platform/request-context.js';
import { CsvReader, delimiterOf } from './csv-reader.js';
import type { FileRecord } from './file-record.js';
import { decoderOf, type Encoding, encodingOf, isZip } from './text-decoder.js';
import { bytesOf } from './workbook/byte-source.js';
import { Workbook } from './workbook/workbook.js';

const sampleRows = 5;
const textBytes = 256 * 1024;
/** A workbook says at its end what it holds, so all of it must be here; larger ones are imported without a look. */
const workbookBytes = 64 * 1024 * 1024;

/** What a first look at a file shows. */
export interface FileLook {
  records: FileRecord[];
  encoding: Encoding | 'workbook';
  delimiter: string | null;
  sheets: string[];
}

/** The bytes that a look needs. Throws `too_large` for a large workbook. */
export async function beginningOf(content: AsyncIterable<Buffer>): Promise<Buffer> {
  const held: Buffer[] = [];
  let size = 0;
  let most = textBytes;
  for await (const piece of content) {
    if (size === 0 && isZip(piece)) most = workbookBytes;
    if (size + piece.length > workbookBytes && most === workbookBytes)
      throw new DomainError(
        'too_large',
        `Workbooks up to ${workbookBytes / 1024 / 1024} MiB can be looked at. A larger one is imported without a look.`,
      );
    if (size < most) held.push(piece);
    size += piece.length;
  }
  return Buffer.concat(held).subarray(0, most);
}

export function textLook(start: Buffer): FileLook {
  const encoding = encodingOf(start);
  const text = decoderOf(encoding)(start);
  const delimiter = delimiterOf(text);
  return { records: new CsvReader(delimiter).push(`${text}\n`).slice(0, sampleRows + 1), encoding, delimiter, sheets: [] };
}

export async function workbookLook(content: Buffer, sheet: string | undefined): Promise<FileLook> {
  const workbook = await Workbook.open(bytesOf(content));
  const records: FileRecord[] = [];
  for await (const piece of workbook.records(sheet, currentContext().timeZone)) {
    records.push(...piece);
    if (records.length > sampleRows) break;
  }
  return { records: records.slice(0, sampleRows + 1), encoding: 'workbook', delimiter: null, sheets: workbook.sheets };
}
