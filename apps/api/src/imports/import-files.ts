import { Injectable } from '@nestjs/common';
import type { ImportMapping } from '@waymark/contracts';
import { UnitOfWork } from '../platform/database/unit-of-work.js';
import { currentContext } from '../platform/request-context.js';
import { CsvReader, delimiterOf } from './csv-reader.js';
import type { FileRecord } from './file-record.js';
import { ImportFailure } from './import-failure.js';
import { ImportsRepository } from './imports.repository.js';
import { decoderOf, type Encoding, encodingOf, isZip } from './text-decoder.js';
import type { ByteSource } from './workbook/byte-source.js';
import { Workbook } from './workbook/workbook.js';

/** What is known of a file while it is read. */
export interface Reading {
  /** Of the stored file. */
  bytes: number;
  encoding: Encoding | 'workbook';
}

interface StoredFile {
  id: string;
  mapping: ImportMapping;
}

/** The records of a stored file, piece by piece: never more of it in memory than a piece. */
@Injectable()
export class ImportFiles {
  constructor(
    private readonly repository: ImportsRepository,
    private readonly units: UnitOfWork,
  ) {}

  async *records({ id, mapping }: StoredFile, reading: Reading): AsyncGenerator<FileRecord[]> {
    const { tenantId, timeZone } = currentContext();
    const first = await this.chunk(tenantId, id, 0);
    if (!first) throw new ImportFailure('The file is empty.');
    if (isZip(first)) {
      reading.encoding = 'workbook';
      const workbook = await Workbook.open(await this.stored(tenantId, id, reading));
      yield* workbook.records(mapping.sheet, timeZone);
    } else yield* this.lines(tenantId, id, first, mapping, reading);
  }

  private async *lines(tenantId: string, id: string, first: Buffer, mapping: ImportMapping, reading: Reading): AsyncGenerator<FileRecord[]> {
    const encoding = encodingOf(first);
    reading.encoding = encoding;
    const decode = decoderOf(encoding);
    let reader: CsvReader | null = null;
    for (let [sequence, bytes] = [0, first as Buffer | null]; bytes; bytes = await this.chunk(tenantId, id, (sequence += 1))) {
      reading.bytes += bytes.length;
      const text = decode(bytes);
      reader ??= new CsvReader(mapping.delimiter ?? delimiterOf(text));
      yield reader.push(text);
    }
    const rest = decode(null);
    if (reader) yield [...(rest ? reader.push(rest) : []), ...reader.end()];
  }

  /** The stored file as bytes that can be read from any place: a zip file says at its end what it holds. */
  private async stored(tenantId: string, id: string, reading: Reading): Promise<ByteSource> {
    const sizes = await this.units.run({ tenantId, separate: true, readOnly: true }, () => this.repository.chunkSizes(id));
    const starts: number[] = [];
    let size = 0;
    for (const bytes of sizes) {
      starts.push(size);
      size += bytes;
    }
    const chunk = (sequence: number) => this.chunk(tenantId, id, sequence);
    return {
      size,
      async *pieces(start, end) {
        let sequence = Math.max(
          starts.findLastIndex((at) => at <= start),
          0,
        );
        for (let at = start; at < end; sequence += 1) {
          const bytes = await chunk(sequence);
          if (!bytes) return;
          const from = at - (starts[sequence] as number);
          const piece = bytes.subarray(from, from + end - at);
          at += piece.length;
          reading.bytes = Math.max(reading.bytes, Math.min(at, size));
          yield piece;
        }
      },
    };
  }

  private async chunk(tenantId: string, id: string, sequence: number): Promise<Buffer | null> {
    return (await this.units.run({ tenantId, separate: true, readOnly: true }, () => this.repository.chunk(id, sequence)))?.bytes ?? null;
  }
}
