import { catalogue } from '../../../shared/i18n/catalogue.js';
import messages from '../../../shared/i18n/en/imports.json' with { type: 'json' };

export const importsText = catalogue('imports', messages);
