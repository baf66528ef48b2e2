import { describe, expect, it } from '@jest/globals';
import { readdirSync } from 'node:fs';
import { gateTypes } from './registry.js';
import * as types from './types/index.js';

describe('gate condition types', () => {
  const files = readdirSync(new URL('./types', import.meta.url));

  it('DX-02 (gate condition type) names a type file without export line and a type without spec', () => {
    const keys = files.filter((file) => file.endsWith('.gate.ts')).map((file) => file.replace('.gate.ts', '').replaceAll('-', '_'));
    expect(keys.length).toBeGreaterThanOrEqual(3);
    expect([...gateTypes.keys()].sort()).toEqual([...keys].sort());
    expect(Object.keys(types)).toHaveLength(keys.length);
    const specs = files.filter((file) => file.endsWith('.gate.spec.ts')).map((file) => file.replace('.gate.spec.ts', '').replaceAll('-', '_'));
    expect([...specs].sort()).toEqual([...keys].sort());
  });

  it.each([...gateTypes.values()].map((type) => [type.key, type] as const))(
    'DX-02 (gate condition type) %s describes its parameters fully',
    (_key, type) => {
      expect(type.fields.length).toBeGreaterThan(0);
      for (const field of type.fields) {
        expect(field.label).not.toBe('');
        if (field.kind === 'choice') expect(field.choices?.map((choice) => choice.value)).toContain(field.default);
        else expect([typeof field.min, typeof field.max]).toEqual(['string', 'string']);
      }
    },
  );
});
