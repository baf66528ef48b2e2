import { ApiProperty } from '@nestjs/swagger';
import { ChoiceField, DayField, DecimalField, IdField, InstantField, IntegerField, PartField, TextField } from './fields.js';
import { limits } from './limits.js';
import { PageEnd, PageQuery } from './paging.js';
import { Money, Named } from './values.js';

const roles = ['admin', 'leader', 'coach', 'director', 'member', 'founder'] as const;
const stageKinds = ['lead', 'deal', 'won', 'lost', 'list_out'] as const;

type Role = (typeof roles)[number];
type StageKind = (typeof stageKinds)[number];

const stageKey = /^[A-Za-z][A-Za-z0-9_]{0,59}$/;

// ---- people

export class UserQuery extends PageQuery {
  @ChoiceField(roles, { optional: true })
  role?: Role;

  @IdField({ optional: true, about: 'Members and leaders of this team, sub-teams included' })
  teamId?: string;

  @TextField({ optional: true, max: limits.search, blank: true, about: 'Beginning of a name, first or last' })
  q?: string;

  @ChoiceField(['active', 'disabled'], { optional: true })
  status?: 'active' | 'disabled';

  @ChoiceField(['name', '-name'], { optional: true, about: 'By name, A to Z unless told' })
  sort?: 'name' | '-name';
}

export class User {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ type: String, nullable: true })
  externalId!: string | null;

  @ApiProperty({ example: 'Elease Gluck' })
  name!: string;

  @ApiProperty({ enum: roles, isArray: true })
  roles!: Role[];

  @ApiProperty({ type: [String], description: 'Teams of today, as member or leader' })
  teamIds!: string[];

  @ApiProperty({ type: String, nullable: true, description: 'Name of the first of these teams' })
  teamName!: string | null;

  @ApiProperty({ enum: ['active', 'disabled'] })
  status!: 'active' | 'disabled';
}

export class UserPage extends PageEnd {
  @ApiProperty({ type: () => [User] })
  items!: User[];
}

export class Team {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ example: "Dustin Brinkmann's team" })
  name!: string;

  @ApiProperty({ type: String, nullable: true, example: 'Central' })
  category!: string | null;

  @ApiProperty({ type: String, format: 'uuid', nullable: true })
  parentId!: string | null;

  @ApiProperty({ type: [String] })
  leaderNames!: string[];

  @ApiProperty({ description: 'Members of today, without sub-teams' })
  memberCount!: number;
}

export class TeamPage extends PageEnd {
  @ApiProperty({ type: () => [Team] })
  items!: Team[];
}

// ---- companies and products

export class CompanyQuery extends PageQuery {
  @TextField({ optional: true, max: limits.search, blank: true, about: 'Part of the name' })
  q?: string;

  @IdField({ optional: true, about: 'Companies whom this person coaches today' })
  coachId?: string;

  @ChoiceField(['name', '-name'], { optional: true, about: 'By name, A to Z unless told' })
  sort?: 'name' | '-name';
}

export class Company {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ type: String, nullable: true })
  externalId!: string | null;

  @ApiProperty({ example: 'Acme Corporation' })
  name!: string;

  @ApiProperty({ type: String, nullable: true })
  industry!: string | null;

  @ApiProperty({ type: String, nullable: true })
  country!: string | null;

  @ApiProperty({ type: Number, nullable: true, example: 1996 })
  foundedYear!: number | null;

  @ApiProperty({ type: Number, nullable: true, example: 2822 })
  employees!: number | null;

  @ApiProperty({ type: () => Money, nullable: true, description: "The company's own yearly revenue" })
  revenue!: Money | null;

  @ApiProperty({ type: String, format: 'uuid', nullable: true })
  ownerId!: string | null;

  @ApiProperty({ type: String, nullable: true })
  ownerName!: string | null;

  @ApiProperty({ type: String, format: 'uuid', nullable: true })
  parentId!: string | null;

  @ApiProperty({ type: String, nullable: true })
  parentName!: string | null;

  @ApiProperty({ type: () => [Named], description: 'Who coaches it today, by name' })
  coaches!: Named[];

  @ApiProperty({ type: 'integer', description: 'How many people belong to it today' })
  memberCount!: number;

  @ApiProperty()
  version!: number;
}

export class CompanyPage extends PageEnd {
  @ApiProperty({ type: () => [Company] })
  items!: Company[];
}

/** What may be said about a company besides its name. */
class CompanyDetails {
  @TextField({ optional: true, max: limits.externalId })
  externalId?: string;

  @TextField({ optional: true, nullable: true, max: limits.name })
  industry?: string | null;

  @TextField({ optional: true, nullable: true, max: limits.name })
  country?: string | null;

  @IntegerField({ optional: true, nullable: true, min: 1000, max: limits.year.max })
  foundedYear?: number | null;

  @IntegerField({ optional: true, nullable: true, min: 0, max: 100_000_000 })
  employees?: number | null;

  @PartField(() => Money, { optional: true, nullable: true })
  revenue?: Money | null;

  @IdField({ optional: true, nullable: true })
  ownerId?: string | null;

  @IdField({ optional: true, nullable: true })
  parentId?: string | null;
}

export class CreateCompanyRequest extends CompanyDetails {
  @TextField({ max: limits.name, example: 'Acme Corporation' })
  name!: string;
}

export class PatchCompanyRequest extends CompanyDetails {
  @TextField({ optional: true, max: limits.name })
  name?: string;
}

export class Product {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ example: 'GTX Pro' })
  name!: string;

  @ApiProperty({ type: String, nullable: true, example: 'GTX' })
  series!: string | null;

  @ApiProperty({ type: () => Money })
  listPrice!: Money;
}

export class ProductPage extends PageEnd {
  @ApiProperty({ type: () => [Product] })
  items!: Product[];
}

// ---- pipeline

export class PipelineStage {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ example: 'engaging' })
  key!: string;

  @ApiProperty({ example: 'Engaging' })
  label!: string;

  @ApiProperty({ enum: stageKinds })
  kind!: StageKind;

  @ApiProperty({ description: 'Deals in this stage count as qualified pipeline' })
  qualified!: boolean;

  @ApiProperty({ description: 'Place in the order of stages, from 1' })
  position!: number;
}

export class PipelineStagePage extends PageEnd {
  @ApiProperty({ type: () => [PipelineStage] })
  items!: PipelineStage[];
}

export class PipelineItemQuery extends PageQuery {
  @IdField({ optional: true })
  ownerId?: string;

  @ChoiceField(stageKinds, { optional: true })
  kind?: StageKind;

  @TextField({ optional: true, max: 60, pattern: stageKey, must: 'must be the key of a stage such as prospecting', about: 'Key of a stage' })
  stage?: string;

  @IdField({ optional: true, about: 'Contacts of this partner list' })
  listId?: string;

  @DecimalField({ optional: true, decimals: 2, about: "Worth this or more, in the organisation's currency; values without a rate are left out" })
  minValue?: string;

  @DecimalField({ optional: true, decimals: 2, about: "Worth this or less, in the organisation's currency; values without a rate are left out" })
  maxValue?: string;

  @TextField({ optional: true, max: limits.search, blank: true, about: 'Beginning of the name, of the company or the external id' })
  q?: string;
}

export class ItemStage {
  @ApiProperty({ example: 'engaging' })
  key!: string;

  @ApiProperty({ example: 'Engaging' })
  label!: string;

  @ApiProperty({ enum: stageKinds })
  kind!: StageKind;

  @ApiProperty()
  qualified!: boolean;
}

/** A lead or deal as it stands now. */
export class PipelineItem {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ type: String, nullable: true })
  externalId!: string | null;

  @ApiProperty({ example: 'GTK 500' })
  name!: string;

  @ApiProperty({ type: String, nullable: true })
  note!: string | null;

  @ApiProperty({ type: () => ItemStage })
  stage!: ItemStage;

  @ApiProperty({ type: () => Named })
  owner!: Named;

  @ApiProperty({ type: () => Named, nullable: true })
  company!: Named | null;

  @ApiProperty({ type: () => Named, nullable: true })
  product!: Named | null;

  @ApiProperty({ type: () => Money, description: 'As agreed, in any currency' })
  value!: Money;

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

  @ApiProperty({ type: String, format: 'date', nullable: true, description: 'Day of the rate: the last one on or before the day of the change' })
  rateOn!: string | null;

  @ApiProperty({ type: String, format: 'date', nullable: true })
  expectedCloseOn!: string | null;

  @ApiProperty({ type: String, nullable: true })
  category!: string | null;

  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: 'The partner list that this contact stands on; null for leads' })
  listId!: string | null;

  @ApiProperty({ type: String, format: 'date', nullable: true })
  agreementDate!: string | null;

  @ApiProperty({ type: String, format: 'date', nullable: true })
  partnerListDueDate!: string | null;

  @ApiProperty({ type: String, format: 'date', nullable: true })
  partnerListSentDate!: string | null;

  @ApiProperty({ type: String, format: 'date', nullable: true })
  firstSaleDate!: string | null;

  @ApiProperty({ type: Number, nullable: true })
  partnerListSize!: number | null;

  @ApiProperty({ type: () => Money, nullable: true })
  totalSalesFromList!: Money | null;

  @ApiProperty({ format: 'date-time', description: 'When its stage, owner or value changed last' })
  changedAt!: string;

  @ApiProperty()
  version!: number;
}

export class PipelineItemPage extends PageEnd {
  @ApiProperty({ type: () => [PipelineItem] })
  items!: PipelineItem[];
}

/** What may be said about an item besides name, stage and owner. */
class PipelineItemDetails {
  @TextField({ optional: true, nullable: true, max: limits.text })
  note?: string | null;

  @IdField({ optional: true, nullable: true })
  companyId?: string | null;

  @IdField({ optional: true, nullable: true })
  productId?: string | null;

  @PartField(() => Money, { optional: true, about: "As agreed, in any currency; not negative; the product's list price, else 0, unless told" })
  value?: Money;

  @DayField({ optional: true, nullable: true })
  expectedCloseOn?: string | null;

  @TextField({ optional: true, nullable: true, max: limits.name })
  category?: string | null;

  @DayField({ optional: true, nullable: true })
  agreementDate?: string | null;

  @DayField({ optional: true, nullable: true })
  partnerListDueDate?: string | null;

  @DayField({ optional: true, nullable: true })
  partnerListSentDate?: string | null;

  @DayField({ optional: true, nullable: true })
  firstSaleDate?: string | null;

  @IntegerField({ optional: true, nullable: true, min: 0, max: 1_000_000 })
  partnerListSize?: number | null;

  @DecimalField({ optional: true, nullable: true, decimals: 2, about: "In the organisation's currency" })
  totalSalesFromList?: string | null;

  @InstantField({ optional: true, about: 'When it happened; now unless told, never later than now' })
  occurredAt?: string;
}

export class CreatePipelineItemRequest extends PipelineItemDetails {
  @TextField({ max: limits.name, example: 'GTK 500' })
  name!: string;

  @TextField({ max: 60, pattern: stageKey, must: 'must be the key of a stage such as prospecting', about: 'Key of a stage', example: 'prospecting' })
  stage!: string;

  @IdField({ optional: true, about: 'Oneself unless told' })
  ownerId?: string;

  @TextField({ optional: true, max: limits.externalId })
  externalId?: string;

  @IdField({ optional: true, about: 'Makes it a contact of this partner list instead of a lead; it stays one' })
  listId?: string;
}

export class PatchPipelineItemRequest extends PipelineItemDetails {
  @TextField({ optional: true, max: limits.name })
  name?: string;

  @TextField({ optional: true, max: 60, pattern: stageKey, must: 'must be the key of a stage such as prospecting', about: 'Key of a stage' })
  stage?: string;

  @IdField({ optional: true })
  ownerId?: string;
}

/** One change of an item's stage, owner or value, with the whole state it left behind (SRC-05). */
export class PipelineEvent {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ format: 'date-time', description: 'When it happened' })
  occurredAt!: string;

  @ApiProperty({ format: 'date-time', description: 'When it was recorded' })
  knownAt!: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'When a correction replaced it' })
  knownTo!: string | null;

  @ApiProperty({ description: 'The source has no date for it' })
  undated!: boolean;

  @ApiProperty({ description: 'The source has a day only; the instant is its start' })
  dayOnly!: boolean;

  @ApiProperty({ description: 'Recorded as history' })
  backfilled!: boolean;

  @ApiProperty({ type: () => ItemStage })
  stage!: ItemStage;

  @ApiProperty({ type: () => Named })
  owner!: Named;

  @ApiProperty({ type: () => Money, description: 'As agreed, in any currency' })
  value!: Money;

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

  @ApiProperty({ type: String, format: 'date', nullable: true, description: 'Day of the rate: the last one on or before the day of the change' })
  rateOn!: string | null;

  @ApiProperty({ type: String, format: 'date', nullable: true })
  expectedCloseOn!: string | null;

  @ApiProperty({ type: String, nullable: true, enum: ['lead', 'deal', 'won', 'lost', null], description: 'The kind it entered with this change' })
  entered!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'Who recorded it' })
  recordedBy!: string | null;
}

export class PipelineEventPage extends PageEnd {
  @ApiProperty({ type: () => [PipelineEvent] })
  items!: PipelineEvent[];
}
