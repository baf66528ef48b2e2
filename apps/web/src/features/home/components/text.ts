import { catalogue } from '../../../shared/i18n/catalogue.js';
import messages from '../../../shared/i18n/en/home.json' with { type: 'json' };

export const homeText = catalogue('home', messages);
