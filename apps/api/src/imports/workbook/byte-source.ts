import { Readable } from 'node:stream';
import yauzl from 'yauzl';

/** Bytes that can be read from any place: a stored file, or one that was just sent. */
export interface ByteSource {
  size: number;
  /** The bytes from `start` to `end` (excluded), piece by piece. */
  pieces(start: number, end: number): AsyncIterable<Buffer>;
}

export function bytesOf(content: Buffer): ByteSource {
  return {
    size: content.length,
    async *pieces(start, end) {
      yield await Promise.resolve(content.subarray(start, end));
    },
  };
}

/** What the reader of zip files asks for. */
export class RandomAccess extends yauzl.RandomAccessReader {
  constructor(private readonly source: ByteSource) {
    super();
  }

  override _readStreamForRange(start: number, end: number): Readable {
    return Readable.from(this.source.pieces(start, end), { objectMode: false });
  }
}
