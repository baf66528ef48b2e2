import { catalogue } from '../../../shared/i18n/catalogue.js';
import messages from '../../../shared/i18n/en/own-metrics.json' with { type: 'json' };

export const ownText = catalogue('own-metrics', messages);
