import { catalogue } from '../../../shared/i18n/catalogue.js';
import messages from '../../../shared/i18n/en/sources.json' with { type: 'json' };

export const sourcesText = catalogue('sources', messages);
