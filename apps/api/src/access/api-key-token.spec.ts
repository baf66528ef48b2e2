import { describe, expect, it } from '@jest/globals';
import { apiKeyHint, looksLikeApiKey, newApiKey, parseApiKey } from './api-key-token.js';

const parts = { tenantId: '01234567-89ab-7cde-8f01-23456789abcd', keyId: 'ffffffff-ffff-4fff-bfff-ffffffffffff' };

describe('the text of an API key', () => {
  it('PLAT-06 has a prefix, says which key of which organisation it is, and carries 256 random bits', () => {
    const key = newApiKey(parts);
    // wmk_ and 22 + 22 digits of two UUIDs, 43 digits of 256 bits (62^43 > 2^256), 6 digits of 32 bits
    expect(key).toMatch(/^wmk_[0-9A-Za-z]{44}_[0-9A-Za-z]{43}_[0-9A-Za-z]{6}$/);
    expect(parseApiKey(key)).toEqual(parts);
    expect(looksLikeApiKey(key)).toBe(true);
    expect(newApiKey(parts)).not.toBe(key);
    expect(key.startsWith(apiKeyHint(parts.keyId))).toBe(true);
    expect(apiKeyHint(parts.keyId)).toHaveLength(12);
  });

  it('PLAT-06 a key with one wrong sign is refused by its checksum, wherever the sign stands', () => {
    const key = newApiKey(parts);
    for (let at = 4; at < key.length; at += 1) {
      const other = key[at] === 'a' ? 'b' : 'a';
      expect(parseApiKey(key.slice(0, at) + other + key.slice(at + 1))).toBeNull();
    }
    for (const wrong of ['', 'wmk_', key.slice(0, -1), `${key}x`, key.replace('wmk_', 'gmk_'), `wmk_${'z'.repeat(44)}_${'z'.repeat(43)}_zzzzzz`])
      expect(parseApiKey(wrong)).toBeNull();
  });
});
