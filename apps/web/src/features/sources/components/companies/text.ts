import { catalogue } from '../../../../shared/i18n/catalogue.js';
import messages from '../../../../shared/i18n/en/companies.json' with { type: 'json' };

export const companiesText = catalogue('companies', messages);
