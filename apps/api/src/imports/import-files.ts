import { Injectable } from '@nestjs/common';
import type { ImportMapping } from '@waymark/contracts';
import { UnitOfWork } from '../platform/database/unit-of-work.js';
import { currentContext } from '../platform/request-context.js';
import { CsvReader, delimiterOf } from './csv-reader.js';
import type { FileRecord } from './file-record.js';
import { ImportFailure } from './import-failure.js';
import { ImportsRepository } from './imports.repository.js';
import { decoderOf, encodingOf, type Encoding } from './text-decoder.js';

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
    const first = await this.chunk(id, 0);
    if (!first) throw new ImportFailure('The file is empty.');
    reading.encoding = encodingOf(first);
    const decode = decoderOf(reading.encoding);
    let reader: CsvReader | null = null;
    for (let [sequence, bytes] = [0, first as Buffer | null]; bytes; bytes = await this.chunk(id, (sequence += 1))) {
      reading.bytes += bytes.length;
      const text = decode(bytes);
      reader ??= new CsvReader(mapping.delimiter ?? delimiterOf(text));
      yield reader.push(text);
    }
    const rest = decode(null);
    if (reader) yield [...(rest ? reader.push(rest) : []), ...reader.end()];
  }

  private async chunk(id: string, sequence: number): Promise<Buffer | null> {
    const unit = { tenantId: currentContext().tenantId, separate: true, readOnly: true };
    return (await this.units.run(unit, () => this.repository.chunk(id, sequence)))?.bytes ?? null;
  }
}
