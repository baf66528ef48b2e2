import { Injectable } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import type { ImportSource } from '@waymark/contracts';
import { ImportFacts } from './import-facts.js';
import type { SourceWriter } from './import-source.js';
import { importSourceDefinitions } from './source-registry.js';

/** Who writes the staged rows of a source. */
@Injectable()
export class ImportWriters {
  constructor(
    private readonly modules: ModuleRef,
    private readonly facts: ImportFacts,
  ) {}

  of(source: ImportSource): SourceWriter {
    const { writes } = importSourceDefinitions[source];
    return typeof writes === 'function' ? this.modules.get<SourceWriter>(writes) : this.facts.of(writes);
  }
}
