import { ApiProperty } from '@nestjs/swagger';
import { ChoiceField } from './fields.js';
import { MetricValueQuery } from './metrics.js';
import { MetricValue } from './values.js';

const comparisons = ['previous', 'last_year'] as const;

export class MetricComparisonQuery extends MetricValueQuery {
  @ChoiceField(comparisons, {
    optional: true,
    about:
      'previous (unless told): the months, or as many days, right before. last_year: the same months or dates a year before; whole weeks keep their weekdays',
  })
  with?: (typeof comparisons)[number];
}

/** A value over inclusive days of a comparison. */
export class ComparedReading {
  @ApiProperty({ format: 'date' })
  from!: string;

  @ApiProperty({ format: 'date' })
  to!: string;

  @ApiProperty({ type: () => MetricValue })
  value!: MetricValue;
}

/** A number beside the one of another window: like is compared with like. */
export class MetricComparison {
  @ApiProperty()
  metric!: string;

  @ApiProperty({ enum: comparisons })
  with!: (typeof comparisons)[number];

  @ApiProperty({
    enum: ['whole', 'same_share'],
    description: 'same_share: the window still runs, so what is over of it is compared with as large a share of the working days of the other',
  })
  part!: 'whole' | 'same_share';

  @ApiProperty({ type: () => ComparedReading })
  now!: ComparedReading;

  @ApiProperty({ type: () => ComparedReading })
  then!: ComparedReading;

  @ApiProperty({
    type: () => MetricValue,
    description: 'now less then; of percentages in points. Null with the reason when one of them is no number',
  })
  change!: MetricValue;

  @ApiProperty({ type: () => MetricValue, description: 'The change in percent of the size of then; no_base when that is 0' })
  changePercent!: MetricValue;

  @ApiProperty({ type: String, enum: ['better', 'worse', 'same', null], nullable: true, description: 'By the direction of the metric' })
  verdict!: 'better' | 'worse' | 'same' | null;
}
