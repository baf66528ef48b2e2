import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

/** What is wrong with one field of a request. */
export class FieldProblem {
  @ApiProperty({ description: 'Path of the field, e.g. steps.0.share' })
  field!: string;

  @ApiProperty({ example: 'max_length' })
  code!: string;

  @ApiProperty({ description: 'One English sentence' })
  message!: string;
}

/** RFC 9457 problem document (PLAT-08). */
export class Problem {
  @ApiProperty({ example: 'https://waymark.dev/problems/invalid' })
  type!: string;

  @ApiProperty({ example: 'The request is not valid' })
  title!: string;

  @ApiProperty({ example: 400 })
  status!: number;

  @ApiProperty({ description: 'Stable code', example: 'invalid' })
  code!: string;

  @ApiProperty({ description: 'One English sentence about this case' })
  detail!: string;

  @ApiProperty({ description: 'Name it when you ask for help' })
  requestId!: string;

  @ApiProperty({ type: () => [FieldProblem], required: false })
  errors?: FieldProblem[];

  @ApiPropertyOptional({ type: 'object', additionalProperties: true, description: 'Facts behind the code' })
  params?: Record<string, unknown>;

  @ApiPropertyOptional({ type: 'object', additionalProperties: true, description: 'The restriction that stands in the way (GATE-08)' })
  restriction?: Record<string, unknown>;
}
