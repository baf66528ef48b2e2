import { catalogue } from '../shared/i18n/catalogue.js';
import messages from '../shared/i18n/en/shell.json' with { type: 'json' };

export const shellText = catalogue('shell', messages);
