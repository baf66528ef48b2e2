import { catalogue } from '../i18n/catalogue.js';
import messages from '../i18n/en/receipts.json' with { type: 'json' };

/** Texts of receipts, wherever they are shown. */
export const receiptsText = catalogue('receipts', messages);
