import type { Readable } from 'node:stream';
import yauzl from 'yauzl';
import { ImportFailure } from '../import-failure.js';
import { type ByteSource, RandomAccess } from './byte-source.js';

/** A workbook has a dozen parts, and some for each sheet, picture and chart. */
const mostParts = 10_000;
const megabyte = 1024 * 1024;
/** Bytes that a part may unpack to: sheets are read piece by piece, of the others much is kept in memory. */
export const mostUnpacked = { sheet: 4096 * megabyte, texts: 512 * megabyte, other: 16 * megabyte } as const;

export const sealed =
  'The file is protected with a password or an old .xls workbook. Save it without password as .xlsx or as "CSV UTF-8" and send it again.';

/** The parts of a workbook. What a part says of its size is held against what comes out of it. */
export class ZipParts {
  private constructor(
    private readonly file: yauzl.ZipFile,
    private readonly entries: ReadonlyMap<string, yauzl.Entry>,
  ) {}

  static async open(source: ByteSource): Promise<ZipParts> {
    try {
      const file = await yauzl.fromRandomAccessReaderPromise(new RandomAccess(source), source.size, { lazyEntries: true, autoClose: false });
      if (file.entryCount > mostParts) throw new ImportFailure(`The workbook has ${file.entryCount} parts; ${mostParts} is the most.`);
      const entries = new Map<string, yauzl.Entry>();
      for await (const entry of file.eachEntry()) entries.set(entry.fileName, entry);
      return new ZipParts(file, entries);
    } catch (error) {
      throw unreadable(error);
    }
  }

  has(name: string): boolean {
    return this.entries.has(name);
  }

  /** The unpacked bytes of a part, piece by piece; nothing when there is no such part. Throws ImportFailure when it is broken, sealed or too large. */
  async *read(name: string, kind: keyof typeof mostUnpacked): AsyncGenerator<Buffer> {
    const entry = this.entries.get(name);
    if (!entry) return;
    if (entry.isEncrypted()) throw new ImportFailure(sealed);
    if (entry.uncompressedSize > mostUnpacked[kind]) throw new ImportFailure(tooLarge(name, kind));
    let stream: Readable | null = null;
    try {
      stream = await this.file.openReadStreamPromise(entry);
      let size = 0;
      for await (const piece of stream as AsyncIterable<Buffer>) {
        size += piece.length;
        if (size > mostUnpacked[kind]) throw new ImportFailure(tooLarge(name, kind));
        yield piece;
      }
    } catch (error) {
      throw unreadable(error);
    } finally {
      stream?.destroy();
    }
  }
}

function tooLarge(name: string, kind: keyof typeof mostUnpacked): string {
  return `The part "${name.slice(0, 60)}" of the workbook unpacks to more than ${mostUnpacked[kind] / megabyte} MiB. Save the sheet as "CSV UTF-8" and send that.`;
}

function unreadable(error: unknown): Error {
  if (error instanceof ImportFailure) return error;
  // Faults of the database are no faults of the file.
  if (typeof (error as { severity?: unknown }).severity === 'string' || (error as { name?: unknown }).name === 'DomainError') return error as Error;
  return new ImportFailure(`The workbook cannot be read: ${(error as Error).message.slice(0, 200)}.`);
}
