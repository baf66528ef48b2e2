import type { MetricValue } from '@waymark/contracts';
import { displayValue, isNone, toDecimal, type Unit, unitDecimals, type Value } from '@waymark/kernel';

/** A value as it goes over the wire (Q110): exact decimal text beside its display, or null with the reason. */
export function metricValue(value: Value, unit: Unit, currency: string): MetricValue {
  return {
    value: isNone(value) ? null : toDecimal(value, unitDecimals[unit]),
    unit,
    ...(unit === 'money' ? { currency } : {}),
    reason: isNone(value) ? value.none : null,
    display: displayValue(value, unit, currency),
  };
}
