import { catalogue } from '../../../shared/i18n/catalogue.js';
import messages from '../../../shared/i18n/en/gates.json' with { type: 'json' };

export const gatesText = catalogue('gates', messages);
