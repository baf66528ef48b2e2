import { ApiProperty } from '@nestjs/swagger';
import { IdField, TextField } from './fields.js';
import { limits } from './limits.js';
import { PageQuery } from './paging.js';
import { Named } from './values.js';

/** Which facts of a kind are wanted. */
export class FactQuery extends PageQuery {
  @IdField({ optional: true })
  ownerId?: string;

  @IdField({ optional: true })
  companyId?: string;
}

/** What every fact in versions carries. The id stays through corrections; each correction is a version. */
export class VersionedFact {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ type: String, nullable: true })
  externalId!: string | null;

  @ApiProperty({ type: () => Named })
  owner!: Named;

  @ApiProperty({ type: String, nullable: true, description: 'What the record rests on' })
  note!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'Who recorded this version' })
  recordedBy!: string | null;

  @ApiProperty({ format: 'date-time', description: 'Since when this version is known' })
  knownAt!: string;

  @ApiProperty()
  version!: number;
}

/** What may be said about every fact that is recorded. */
export class RecordedFact {
  @TextField({ optional: true, max: limits.externalId })
  externalId?: string;

  @IdField({ optional: true, about: 'Whose it is; yourself unless told' })
  ownerId?: string;

  @TextField({ optional: true, nullable: true, max: limits.text, about: 'What the record rests on' })
  note?: string | null;
}

/** What may be corrected of every fact; what is left out stays. */
export class CorrectedFact {
  @IdField({ optional: true })
  ownerId?: string;

  @TextField({ optional: true, nullable: true, max: limits.text })
  note?: string | null;
}
