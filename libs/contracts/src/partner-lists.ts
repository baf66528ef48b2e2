import { ApiProperty } from '@nestjs/swagger';
import { ChoiceField, DayField, IdField, IntegerField, TextField } from './fields.js';
import { limits } from './limits.js';
import { PageEnd, PageQuery } from './paging.js';
import { Money, Named } from './values.js';

export const partnerListStates = ['open', 'overdue', 'sent', 'closed'] as const;
export type PartnerListState = (typeof partnerListStates)[number];

export class PartnerListQuery extends PageQuery {
  @IdField({ optional: true })
  ownerId?: string;

  @IdField({ optional: true, about: 'The lead that the list came from' })
  itemId?: string;

  @ChoiceField(partnerListStates, { optional: true, about: 'open holds the overdue ones too' })
  state?: PartnerListState;
}

/** A due day as it was known from some instant on. */
export class PartnerListDue {
  @ApiProperty({ type: String, format: 'date', nullable: true })
  dueOn!: string | null;

  @ApiProperty({ format: 'date-time', description: 'Since when it was known' })
  knownAt!: string;

  @ApiProperty({ type: String, nullable: true })
  recordedBy!: string | null;
}

/** A partner list: the container of the partner contacts that a list-out spawns from a lead (SRC-04). */
export class PartnerList {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ type: String, nullable: true })
  externalId!: string | null;

  @ApiProperty({ example: 'Partners of Acme' })
  name!: string;

  @ApiProperty({ type: () => Named, description: 'The lead that the list came from' })
  item!: Named;

  @ApiProperty({ type: () => Named })
  owner!: Named;

  @ApiProperty({ type: Number, nullable: true, description: 'How many partners it was sent to: numbers of partners count these' })
  partnerListSize!: number | null;

  @ApiProperty({ description: 'Pipeline items that name the list: its partner contacts who are recorded one by one' })
  contacts!: number;

  @ApiProperty({ format: 'date', description: 'The day on which it was agreed' })
  openedOn!: string;

  @ApiProperty({ type: String, format: 'date', nullable: true })
  partnerListDueDate!: string | null;

  @ApiProperty({ type: String, format: 'date', nullable: true, description: 'The day on which it was sent first; it counts as out there' })
  partnerListSentDate!: string | null;

  @ApiProperty({ type: String, format: 'date', nullable: true, description: 'Given up, or its lead was lost' })
  closedOn!: string | null;

  @ApiProperty({ enum: partnerListStates, description: 'overdue: due before today, neither sent nor closed' })
  state!: PartnerListState;

  @ApiProperty({ description: 'Days since the due day of an overdue list, else 0' })
  daysOverdue!: number;

  @ApiProperty({ type: String, format: 'date', nullable: true, description: 'The day of the first sale that names the list' })
  firstSaleDate!: string | null;

  @ApiProperty({ description: 'Sales that name the list; what was paid back is none' })
  sales!: number;

  @ApiProperty({ type: () => Money, description: 'What those sales come to, without amounts that have no rate' })
  totalSalesFromList!: Money;

  @ApiProperty({ type: String, nullable: true })
  note!: string | null;

  @ApiProperty({ format: 'date-time', description: 'Since when this version is known' })
  knownAt!: string;

  @ApiProperty()
  version!: number;
}

/** One list with the history of its due day. */
export class PartnerListDetail extends PartnerList {
  @ApiProperty({ type: () => [PartnerListDue], description: 'Every due day that it had, oldest first' })
  dueHistory!: PartnerListDue[];
}

export class PartnerListPage extends PageEnd {
  @ApiProperty({ type: () => [PartnerList] })
  items!: PartnerList[];
}

class PartnerListDetails {
  @IdField({ optional: true, about: 'The owner of the lead unless told' })
  ownerId?: string;

  @IntegerField({ optional: true, nullable: true, min: 0, max: 1_000_000 })
  partnerListSize?: number | null;

  @DayField({ optional: true, about: 'Today unless told; days ahead are refused' })
  openedOn?: string;

  @DayField({ optional: true, nullable: true, about: 'Days ahead are welcome; each day that it had is kept' })
  partnerListDueDate?: string | null;

  @DayField({ optional: true, nullable: true, about: 'Of the first send; sending it again changes nothing' })
  partnerListSentDate?: string | null;

  @DayField({ optional: true, nullable: true, about: 'Given up on this day' })
  closedOn?: string | null;

  @TextField({ optional: true, nullable: true, max: limits.text })
  note?: string | null;
}

export class CreatePartnerList extends PartnerListDetails {
  @IdField({ about: 'The lead that gave the list' })
  itemId!: string;

  @TextField({ optional: true, max: limits.name, about: 'The name of the lead unless told' })
  name?: string;

  @TextField({ optional: true, max: limits.externalId })
  externalId?: string;
}

/** What was wrong or became known; what is left out stays. */
export class CorrectPartnerList extends PartnerListDetails {
  @TextField({ optional: true, max: limits.name })
  name?: string;
}
