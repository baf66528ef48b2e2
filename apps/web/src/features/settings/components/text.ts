import { catalogue } from '../../../shared/i18n/catalogue.js';
import messages from '../../../shared/i18n/en/settings.json' with { type: 'json' };

export const settingsText = catalogue('settings', messages);
