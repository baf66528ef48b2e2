import { ApiProperty } from '@nestjs/swagger';
import { DayField, DecimalField, IdField, InstantField, PartField, PartsField, TextField } from './fields.js';
import { limits } from './limits.js';
import { PageEnd, PageQuery } from './paging.js';
import { Money, Named } from './values.js';

export class SaleQuery extends PageQuery {
  @IdField({ optional: true, about: 'Sales that this person is credited with, in whole or in part' })
  ownerId?: string;

  @IdField({ optional: true })
  companyId?: string;

  @DayField({ optional: true, about: 'First day, in the zone of the organisation' })
  from?: string;

  @DayField({ optional: true, about: 'Last day' })
  to?: string;
}

/** What one person is credited with (SRC-07). The shares of a sale add to 100 %, their amounts to the amount of the sale, to the cent. */
export class SaleShare {
  @ApiProperty({ type: () => Named })
  user!: Named;

  @ApiProperty({ description: 'Percent', example: '60' })
  share!: string;

  @ApiProperty({ type: () => Money, description: 'Of the amount agreed' })
  amount!: Money;

  @ApiProperty({ type: () => Money, nullable: true, description: "In the organisation's currency; null while there is no rate" })
  counted!: Money | null;
}

/** A sale as it is known now (SRC-06). */
export class Sale {
  @ApiProperty({ format: 'uuid', description: 'Stays the same when the sale is corrected' })
  id!: string;

  @ApiProperty({ type: String, nullable: true })
  externalId!: string | null;

  @ApiProperty({ type: () => Named, description: 'Who sold; credited alone unless shares say otherwise' })
  owner!: Named;

  @ApiProperty({ type: () => Named, nullable: true })
  company!: Named | null;

  @ApiProperty({ type: () => Named, nullable: true })
  product!: Named | null;

  @ApiProperty({ type: () => Named, nullable: true, description: 'The deal it comes from; then it follows the deal' })
  item!: Named | null;

  @ApiProperty({ type: () => Named, nullable: true, description: 'The partner list that it came from' })
  list!: Named | null;

  @ApiProperty({ format: 'date-time' })
  occurredAt!: string;

  @ApiProperty({ description: 'Known to the day alone: occurredAt is the beginning of the day' })
  dayOnly!: boolean;

  @ApiProperty({ type: () => Money, description: 'As agreed; a refund is negative' })
  amount!: Money;

  @ApiProperty({
    type: () => Money,
    nullable: true,
    description: "In the organisation's currency: what numbers count. Null while there is no rate (no_rate)",
  })
  counted!: Money | null;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'What a unit of the currency was worth; null where none is needed or known',
    example: '1.0842',
  })
  rate!: string | null;

  @ApiProperty({ type: String, format: 'date', nullable: true, description: 'Day of the rate: the last one on or before the day of the sale' })
  rateOn!: string | null;

  @ApiProperty({ type: () => [SaleShare] })
  shares!: SaleShare[];

  @ApiProperty({ type: String, nullable: true })
  note!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'Who recorded this version' })
  recordedBy!: string | null;

  @ApiProperty({ format: 'date-time', description: 'Since when it is known as it stands here' })
  knownAt!: string;

  @ApiProperty()
  version!: number;
}

export class SalePage extends PageEnd {
  @ApiProperty({ type: () => [Sale] })
  items!: Sale[];
}

export class ShareGiven {
  @IdField()
  userId!: string;

  @DecimalField({ decimals: 4, about: 'Percent, above 0; all of a sale add to 100', example: '60' })
  share!: string;
}

/** What may be said about a sale besides its owner and amount. */
class SaleDetails {
  @IdField({ optional: true, nullable: true })
  companyId?: string | null;

  @IdField({ optional: true, nullable: true })
  productId?: string | null;

  @IdField({ optional: true, nullable: true, about: 'The partner list that it came from' })
  listId?: string | null;

  @InstantField({ optional: true, about: 'When it was sold; now unless told, never later' })
  occurredAt?: string;

  @PartsField(() => ShareGiven, { optional: true, max: 20, about: 'Who is credited; empty: the owner alone' })
  shares?: ShareGiven[];

  @TextField({ optional: true, nullable: true, max: limits.text, about: 'What the record rests on' })
  note?: string | null;
}

export class CreateSale extends SaleDetails {
  @PartField(() => Money, { about: 'As agreed, in any currency; negative for a refund' })
  amount!: Money;

  @IdField({ optional: true, about: 'Oneself unless told' })
  ownerId?: string;

  @TextField({ optional: true, max: limits.externalId })
  externalId?: string;
}

/** What was wrong; what is left out stays. Of a sale that comes from a deal only shares and note can be corrected here: the rest follows the deal. */
export class CorrectSale extends SaleDetails {
  @PartField(() => Money, { optional: true })
  amount?: Money;

  @IdField({ optional: true })
  ownerId?: string;
}

/** What a unit of another currency was worth from a day on, until the next rate (SRC-08). */
export class ExchangeRate {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ example: 'EUR' })
  currency!: string;

  @ApiProperty({ format: 'date' })
  on!: string;

  @ApiProperty({ description: "In the organisation's currency", example: '1.0842' })
  rate!: string;

  @ApiProperty()
  version!: number;
}

export class ExchangeRatePage extends PageEnd {
  @ApiProperty({ type: () => [ExchangeRate] })
  items!: ExchangeRate[];
}

export class CreateExchangeRate {
  @TextField({ min: 3, max: 3, pattern: /^[A-Z]{3}$/, must: 'must be three capital letters such as EUR', example: 'EUR' })
  currency!: string;

  @DayField({ about: 'Sales of this day and later use it, until the next rate' })
  on!: string;

  @DecimalField({ decimals: 10, about: "Units of the organisation's currency for one of this one, above 0", example: '1.0842' })
  rate!: string;
}

export class ChangeExchangeRate {
  @DecimalField({ decimals: 10, example: '1.0842' })
  rate!: string;
}
