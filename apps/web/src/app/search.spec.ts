import { expect, it } from '@jest/globals';
import { parseSearch, stringifySearch } from './search.js';

it('WEB-03 (these pages) writes filters in one order and leaves empty ones out', () => {
  expect(stringifySearch({ tab: 'warned', period: undefined, q: '', owner: 'a b' })).toBe('?owner=a+b&tab=warned');
  expect(stringifySearch({})).toBe('');
});

it('WEB-03 (these pages) reads back what it wrote, text that looks like a number too', () => {
  expect(parseSearch(stringifySearch({ q: '007', status: 'behind' }))).toEqual({ q: '007', status: 'behind' });
  expect(parseSearch('?q=%3Cb%3E&q=last')).toEqual({ q: 'last' });
});
