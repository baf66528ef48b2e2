import { catalogue } from '../../../shared/i18n/catalogue.js';
import messages from '../../../shared/i18n/en/policies.json' with { type: 'json' };

export const policiesText = catalogue('policies', messages);
