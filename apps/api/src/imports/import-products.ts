import { Injectable } from '@nestjs/common';
import type { ImportRun, Outcome, SourceWriter } from './import-source.js';
import { ImportSources } from './import-sources.js';
import { Upserts } from './upserts.js';

/** Import of the price list. */
@Injectable()
export class ImportProducts implements SourceWriter {
  constructor(
    private readonly sources: ImportSources,
    private readonly upserts: Upserts,
  ) {}

  async run(run: ImportRun): Promise<Outcome> {
    await this.sources.refuseRepeats('name');
    const columns = { name: 's.name', list_price_minor: 's.list_price::bigint' };
    const all = run.told.has('series') ? { ...columns, series: 's.series' } : columns;
    const { created, updated, unchanged } = await this.upserts.run({ table: 'products', key: 'name', columns: all }, run);
    return { created, updated, unchanged };
  }
}
