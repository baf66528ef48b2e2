import { catalogue } from '../../../shared/i18n/catalogue.js';
import messages from '../../../shared/i18n/en/numbers.json' with { type: 'json' };

export const numbersText = catalogue('numbers', messages);
