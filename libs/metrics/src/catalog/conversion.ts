import { none, type NoneReason, ratio, type Value, whole } from '@waymark/kernel';
import type { BesideFigure } from '../algebra/metric.js';

interface Cohort {
  began: bigint;
  converted: bigint;
  maturing: bigint;
  arrived: bigint;
}

/** The share of a cohort that got there by now, in percent with four stored places; `missing` says why there can be none. */
export function conversion({ began, converted }: Cohort, missing: NoneReason | null): Value {
  return missing === null ? ratio(converted * 1_000_000n, began) : none(missing);
}

/** The cohort, its part that still may get there, and the ratio of the period, by its name (Q83): that one may be above 100 %. */
export function besideCohort({ began, converted, maturing, arrived }: Cohort, labels: { began: string; arrived: string }): BesideFigure[] {
  return [
    { key: 'cohort', label: labels.began, unit: 'count', value: whole(began) },
    { key: 'converted', label: 'Of them there by now', unit: 'count', value: whole(converted) },
    { key: 'maturing', label: 'Of them still maturing', unit: 'count', value: whole(maturing) },
    { key: 'arrived', label: labels.arrived, unit: 'count', value: whole(arrived) },
    {
      key: 'period_ratio',
      label: 'Period ratio: arrivals of the window over its cohort',
      unit: 'percent',
      value: ratio(arrived * 1_000_000n, began),
    },
  ];
}
