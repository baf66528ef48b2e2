import { catalogue } from '../../../shared/i18n/catalogue.js';
import messages from '../../../shared/i18n/en/developers.json' with { type: 'json' };

export const developersText = catalogue('developers', messages);
