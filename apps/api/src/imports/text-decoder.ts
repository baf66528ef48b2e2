import { ImportFailure } from './import-failure.js';
import { sealed } from './workbook/zip-parts.js';

/** Old workbooks, and new ones with a password. */
const compound = Buffer.from('d0cf11e0a1b11ae1', 'hex');

/** How a file is encoded: UTF-8 unless its bytes say otherwise; then Windows-1252, the old default of spreadsheets. */
export type Encoding = 'utf-8' | 'windows-1252';

/** Workbooks are zip files. */
export function isZip(start: Buffer): boolean {
  return start[0] === 0x50 && start[1] === 0x4b && ((start[2] === 3 && start[3] === 4) || (start[2] === 5 && start[3] === 6));
}

/** Decides from the first bytes. UTF-16 and old or sealed workbooks are refused with a sentence. */
export function encodingOf(start: Buffer): Encoding {
  if ((start[0] === 0xff && start[1] === 0xfe) || (start[0] === 0xfe && start[1] === 0xff))
    throw new ImportFailure('The file is UTF-16. Save it as "CSV UTF-8" and send it again.');
  if (start.subarray(0, 8).equals(compound)) throw new ImportFailure(sealed);
  try {
    // A character may be cut at the end of the piece, so the stream form is asked.
    new TextDecoder('utf-8', { fatal: true }).decode(start, { stream: true });
    return 'utf-8';
  } catch {
    return 'windows-1252';
  }
}

/** Decodes piece by piece; a byte order mark is dropped. Throws ImportFailure when UTF-8 breaks in the middle. */
export function decoderOf(encoding: Encoding): (piece: Buffer | null) => string {
  const decoder = new TextDecoder(encoding, { fatal: encoding === 'utf-8' });
  return (piece) => {
    try {
      return piece === null ? decoder.decode() : decoder.decode(piece, { stream: true });
    } catch {
      throw new ImportFailure('The file begins as UTF-8 but holds bytes that are not. Save it as "CSV UTF-8" and send it again.');
    }
  };
}
