import { catalogue } from '../../../shared/i18n/catalogue.js';
import messages from '../../../shared/i18n/en/people.json' with { type: 'json' };

export const peopleText = catalogue('people', messages);
