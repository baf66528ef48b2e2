import { catalogue } from '../../../shared/i18n/catalogue.js';
import messages from '../../../shared/i18n/en/access.json' with { type: 'json' };

export const accessText = catalogue('access', messages);
