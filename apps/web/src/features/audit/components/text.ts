import { catalogue } from '../../../shared/i18n/catalogue.js';
import messages from '../../../shared/i18n/en/audit.json' with { type: 'json' };

export const auditText = catalogue('audit', messages);
