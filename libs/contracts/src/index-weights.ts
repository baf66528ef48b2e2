import { ApiProperty } from '@nestjs/swagger';
import { IntegerField } from './fields.js';

/** How much each part of the performance index counts; each change is a version, and past instants keep theirs. */
export class IndexWeights {
  @ApiProperty({ example: 1, description: 'Of a completed call' })
  calls!: number;

  @ApiProperty({ example: 3, description: 'Of an agreement' })
  agreements!: number;

  @ApiProperty({ example: 2, description: 'Of a partner list that went out' })
  lists!: number;

  @ApiProperty({ example: 5, description: 'Of a sale' })
  sales!: number;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'Since when they hold; null for the shipped ones' })
  knownAt!: string | null;

  @ApiProperty()
  version!: number;
}

/** What is not mentioned stays. At least one weight must be above 0. */
export class ChangeIndexWeights {
  @IntegerField({ min: 0, max: 1000, optional: true })
  calls?: number;

  @IntegerField({ min: 0, max: 1000, optional: true })
  agreements?: number;

  @IntegerField({ min: 0, max: 1000, optional: true })
  lists?: number;

  @IntegerField({ min: 0, max: 1000, optional: true })
  sales?: number;
}
