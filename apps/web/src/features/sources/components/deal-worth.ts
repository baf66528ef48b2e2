import type { PipelineItem } from '@waymark/contracts';
import { useText } from '../../../shared/i18n/catalogue.js';
import { dayText } from '../../../shared/i18n/time.js';
import { moneyText } from './money.js';
import { sourcesText } from './text.js';

/** Field of the form for a field of the request: an amount stands beside its currency. */
export const dealField = (field: string) => ({ 'value.amount': 'value', 'value.currency': 'currency' })[field] ?? field;

/** What a deal is worth: as agreed and, where that is in another currency, what it counts and by which rate, or that there is none (SRC-08). */
export function useWorth() {
  const t = useText(sourcesText);
  return ({ value, counted, rate, rateOn }: Pick<PipelineItem, 'value' | 'counted' | 'rate' | 'rateOn'>) => {
    const agreed = moneyText(value);
    if (counted === null) return t('noRate', { agreed });
    if (rate === null || rateOn === null) return agreed;
    return t('countedAt', { agreed, counted: moneyText(counted), rate, day: dayText(rateOn) });
  };
}
