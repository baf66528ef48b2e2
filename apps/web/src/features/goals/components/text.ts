import { catalogue } from '../../../shared/i18n/catalogue.js';
import messages from '../../../shared/i18n/en/goals.json' with { type: 'json' };

export const goalsText = catalogue('goals', messages);
