import { ApiProperty } from '@nestjs/swagger';
import { ChoiceField, DayField } from './fields.js';
import { PageEnd } from './paging.js';
import { Named } from './values.js';

export const absenceKinds = ['leave', 'sick', 'other'] as const;
export type AbsenceKind = (typeof absenceKinds)[number];

/** Days on which a person is away. */
export class Absence {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ type: () => Named })
  user!: Named;

  @ApiProperty({
    type: String,
    enum: [...absenceKinds, null],
    nullable: true,
    description: 'Null for readers who neither keep absences nor are this person: they see only that the person is away',
  })
  kind!: AbsenceKind | null;

  @ApiProperty({ format: 'date', description: 'First day away' })
  fromOn!: string;

  @ApiProperty({ type: String, format: 'date', nullable: true, description: 'First day back; null: until further notice' })
  untilOn!: string | null;

  @ApiProperty()
  version!: number;
}

export class AbsencePage extends PageEnd {
  @ApiProperty({ type: () => [Absence] })
  items!: Absence[];
}

export class CreateAbsence {
  @ChoiceField(absenceKinds, { about: 'Nobody but the person and those who keep absences sees it' })
  kind!: AbsenceKind;

  @DayField({ about: 'First day away' })
  fromOn!: string;

  @DayField({ optional: true, nullable: true, about: 'First day back; none: until further notice' })
  untilOn?: string | null;
}

/** What changes of an absence; what is left out stays. */
export class ChangeAbsence {
  @ChoiceField(absenceKinds, { optional: true })
  kind?: AbsenceKind;

  @DayField({ optional: true })
  fromOn?: string;

  @DayField({ optional: true, nullable: true, about: 'First day back; null: until further notice' })
  untilOn?: string | null;
}
