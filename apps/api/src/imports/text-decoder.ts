import { ImportFailure } from './import-failure.js';

/** How a file is encoded: UTF-8 unless its bytes say otherwise; then Windows-1252, the old default of spreadsheets. */
export type Encoding = 'utf-8' | 'windows-1252';

/** Decides from the first bytes. UTF-16 and binary files are refused with a sentence. */
export function encodingOf(start: Buffer): Encoding {
  if ((start[0] === 0xff && start[1] === 0xfe) || (start[0] === 0xfe && start[1] === 0xff))
    throw new ImportFailure('The file is UTF-16. Save it as "CSV UTF-8" and send it again.');
  if (start[0] === 0x50 && start[1] === 0x4b) throw new ImportFailure('This is a workbook or zip file. Save it as "CSV UTF-8" and send it again.');
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
