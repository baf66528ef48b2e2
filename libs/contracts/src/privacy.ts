import { ApiProperty } from '@nestjs/swagger';
import { TextField } from './fields.js';

/** Asks for the erasure of a person. */
export class EraseRequest {
  @TextField({ max: 500, about: 'Why; it stays in the audit trail and cannot name the person', example: 'Asked for on 12 November' })
  reason!: string;

  @TextField({ max: 200, about: 'The name of the person, typed out', example: 'Elease Gluck' })
  confirmName!: string;
}

/** What an erasure did. */
export class ErasureResult {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ example: 'Erased person 7F3A' })
  pseudonym!: string;

  @ApiProperty({ description: 'Fields of free text in which the name was replaced' })
  replacedMentions!: number;

  @ApiProperty({ description: 'Sealed rows that name the person and stay: lines of the audit trail, frozen evidence' })
  sealedMentions!: number;
}
