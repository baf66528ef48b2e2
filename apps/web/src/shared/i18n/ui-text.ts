import { catalogue } from './catalogue.js';
import messages from './en/ui.json' with { type: 'json' };

/** Texts that components of every area share. */
export const uiText = catalogue('ui', messages);
