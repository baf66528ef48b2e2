import { ApiProperty } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayMinSize, ArrayUnique, IsArray, IsInt, Max, Min, ValidateIf } from 'class-validator';
import { BooleanField, ChoiceField, DayField, IntegerField, TextField } from './fields.js';
import { limits } from './limits.js';

const audiences = ['everyone', 'leaders'] as const;
const renewalBases = ['decided', 'due'] as const;

/** Settings of an organisation (PLAT-02). Percentages are whole; days of the week are 1 (Monday) to 7. */
export class Settings {
  @ApiProperty({ example: 'hardware' })
  slug!: string;

  @ApiProperty()
  name!: string;

  @ApiProperty({ example: 'Europe/Lisbon', description: 'A change binds periods that begin later; running ones keep their zone' })
  timeZone!: string;

  @ApiProperty({ example: 'USD' })
  currency!: string;

  @ApiProperty({ description: 'Facts are recorded in this currency, so it stays' })
  currencyFixed!: boolean;

  @ApiProperty({ example: 1 })
  weekStart!: number;

  @ApiProperty({ example: 1, description: 'Month in which the fiscal year begins' })
  fiscalYearStartMonth!: number;

  @ApiProperty({ type: [Number], example: [1, 2, 3, 4, 5] })
  workingDays!: number[];

  @ApiProperty({ example: 90, description: 'On track from this share of the expected progress' })
  onTrackPercent!: number;

  @ApiProperty({ example: 75, description: 'At risk from this share of the expected progress' })
  atRiskPercent!: number;

  @ApiProperty({ example: 10, description: 'Below this share of a period nobody is late' })
  earlyPercent!: number;

  @ApiProperty({ example: 110, description: 'Exceeded from this progress, for goals without a stretch value' })
  exceededPercent!: number;

  @ApiProperty({ example: 10, description: 'Places that a leaderboard shows' })
  leaderboardSize!: number;

  @ApiProperty({ enum: audiences })
  leaderboardAudience!: (typeof audiences)[number];

  @ApiProperty({ enum: renewalBases, description: 'What the renewal rate is a share of: renewals that are decided, or all that are due' })
  renewalBase!: (typeof renewalBases)[number];

  @ApiProperty()
  version!: number;
}

/** What is not mentioned stays. */
export class ChangeSettings {
  @TextField({ max: limits.name, optional: true })
  name?: string;

  @TextField({ max: 64, optional: true, about: 'A zone of the IANA list', example: 'Europe/Lisbon' })
  timeZone?: string;

  @TextField({ min: 3, max: 3, optional: true, about: 'ISO 4217; stays once facts are recorded', example: 'EUR' })
  currency?: string;

  @IntegerField({ min: 1, max: 7, optional: true })
  weekStart?: number;

  @IntegerField({ min: 1, max: 12, optional: true })
  fiscalYearStartMonth?: number;

  @ApiProperty({
    type: 'array',
    items: { type: 'integer', minimum: 1, maximum: 7 },
    minItems: 1,
    maxItems: 7,
    required: false,
    example: [1, 2, 3, 4, 5],
  })
  @ValidateIf((object: ChangeSettings) => object.workingDays !== undefined)
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(7)
  @ArrayUnique()
  @IsInt({ each: true })
  @Min(1, { each: true })
  @Max(7, { each: true })
  workingDays?: number[];

  @IntegerField({ min: 1, max: 100, optional: true })
  onTrackPercent?: number;

  @IntegerField({ min: 1, max: 100, optional: true, about: 'Not above onTrackPercent' })
  atRiskPercent?: number;

  @IntegerField({ min: 0, max: 100, optional: true })
  earlyPercent?: number;

  @IntegerField({ min: 100, max: 1000, optional: true })
  exceededPercent?: number;

  @IntegerField({ min: 3, max: 100, optional: true })
  leaderboardSize?: number;

  @ChoiceField(audiences, { optional: true })
  leaderboardAudience?: (typeof audiences)[number];

  @ChoiceField(renewalBases, { optional: true, about: 'What the renewal rate is a share of: renewals that are decided, or all that are due' })
  renewalBase?: (typeof renewalBases)[number];
}

export class Holiday {
  @ApiProperty({ format: 'date', example: '2026-12-25' })
  day!: string;

  @ApiProperty({ example: 'Christmas Day' })
  name!: string;
}

export class Holidays {
  @ApiProperty({ type: () => [Holiday] })
  items!: Holiday[];
}

export class AddHoliday {
  @DayField({ example: '2026-12-25' })
  day!: string;

  @TextField({ max: limits.name, example: 'Christmas Day' })
  name!: string;
}

/** Which features are on (PLAT-03). */
export class FeatureFlags {
  @ApiProperty({ description: 'Milestones of goals' })
  feature_milestones!: boolean;

  @ApiProperty({ description: 'Leaderboards' })
  feature_leaderboard!: boolean;

  @ApiProperty({ description: 'Reports' })
  feature_reporting!: boolean;
}

export class FlagSettings extends FeatureFlags {
  @ApiProperty({ description: 'Version of all settings' })
  version!: number;
}

/** What is not mentioned stays. */
export class ChangeFlags {
  @BooleanField({ optional: true })
  feature_milestones?: boolean;

  @BooleanField({ optional: true })
  feature_leaderboard?: boolean;

  @BooleanField({ optional: true })
  feature_reporting?: boolean;
}
