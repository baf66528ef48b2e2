import { ApiProperty } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayMinSize, IsArray } from 'class-validator';
import { limits } from './limits.js';

interface About {
  required?: boolean;
  description?: string;
  example?: string | number;
}

export const Text = (maxLength: number, { required = false, ...more }: About = {}) =>
  ApiProperty({ type: String, maxLength, required, nullable: !required, ...more });
export const Amount = (more: About = {}) =>
  ApiProperty({ type: String, pattern: '^-?\\d{1,15}(\\.\\d{1,2})?$', required: false, nullable: true, example: '1054.00', ...more });
export const Day = ({ required = false, ...more }: About = {}) =>
  ApiProperty({ type: String, format: 'date', required, nullable: !required, ...more });
export const Instant = ({ required = false, ...more }: About = {}) =>
  ApiProperty({ type: String, format: 'date-time', required, nullable: !required, ...more });
export const Whole = (minimum: number, maximum: number, { required = false, ...more }: About = {}) =>
  ApiProperty({ type: 'integer', minimum, maximum, required, nullable: !required, ...more });
export const Choice = (values: readonly string[], required = false) => ApiProperty({ type: String, enum: [...values], required });

/** The rows of a call. Each is judged on its own and has its own result, so that only their number is checked here. */
export const Rows = (row: () => new () => object): PropertyDecorator => {
  const decorators = [
    ApiProperty({ type: row, isArray: true, minItems: 1, maxItems: limits.ingestRows }),
    IsArray(),
    ArrayMinSize(1),
    ArrayMaxSize(limits.ingestRows),
  ];
  return (target, key) => decorators.forEach((decorate) => decorate(target, key));
};

export const company = { description: 'External id of the company, or its name when only one has it' };
export const person = { required: true, description: 'External id of the person, or the name when only one has it' };
