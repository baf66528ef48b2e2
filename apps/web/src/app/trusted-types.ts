/** As much of the browser's Trusted Types as is used here; the compiler's library does not know them yet. */
interface TrustedTypes {
  createPolicy(name: string, rules: { createHTML(text: string): string }): unknown;
}

/**
 * The content policy forbids scripts to write HTML. The component library writes its style sheet with `innerHTML`; text without "<" can make no
 * element, so that alone is let through.
 */
(window as unknown as { trustedTypes?: TrustedTypes }).trustedTypes?.createPolicy('default', {
  createHTML: (text) => {
    if (text.includes('<')) throw new TypeError('HTML from scripts is not allowed');
    return text;
  },
});

export {};
