import { ApiProperty } from '@nestjs/swagger';
import { DecimalField, TextField } from './fields.js';

/** An amount of money: exact decimal text and ISO currency. */
export class Money {
  @DecimalField({ decimals: 2, negative: true })
  amount!: string;

  @TextField({ min: 3, max: 3, pattern: /^[A-Z]{3}$/, must: 'must be three capital letters such as EUR', example: 'USD' })
  currency!: string;
}

/** A number of a metric, or the reason why there is none (MET-03). */
export class MetricValue {
  @ApiProperty({ type: String, nullable: true, description: 'Exact decimal, at most 6 places (half away from zero)', example: '264397.00' })
  value!: string | null;

  @ApiProperty({ enum: ['count', 'money', 'percent', 'points'] })
  unit!: 'count' | 'money' | 'percent' | 'points';

  @ApiProperty({ type: String, required: false, description: 'ISO currency when the unit is money' })
  currency?: string;

  @ApiProperty({ type: String, nullable: true, description: 'Why there is no number', example: 'no_data' })
  reason!: string | null;

  @ApiProperty({ description: 'Ready to show', example: '$264,397' })
  display!: string;
}

/** A person or thing by id and name. */
export class Named {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty()
  name!: string;
}
