import fc from 'fast-check';

/** The part of JSON Schema that the OpenAPI document uses. */
export interface Schema {
  $ref?: string;
  type?: string;
  format?: string;
  enum?: (string | number | null)[];
  pattern?: string;
  nullable?: boolean;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  items?: Schema;
  maxItems?: number;
  minItems?: number;
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: boolean | Schema;
  allOf?: Schema[];
  oneOf?: Schema[];
  anyOf?: Schema[];
}

export type Schemas = Record<string, Schema>;

const digits = fc.integer({ min: 1, max: 999_999 });
const formats: Record<string, fc.Arbitrary<string>> = {
  uuid: fc.uuid(),
  date: fc.date({ min: new Date('2026-01-01'), max: new Date('2026-12-31'), noInvalidDate: true }).map((date) => date.toISOString().slice(0, 10)),
  'date-time': fc.date({ min: new Date('2026-01-01'), max: new Date('2026-04-30'), noInvalidDate: true }).map((date) => date.toISOString()),
  email: digits.map((n) => `person${n}@fuzz.example`),
};

/** Texts that trouble parsers, databases and pages. */
export const hostileTexts = [
  '',
  ' ',
  '\u0000',
  'a\u0000b',
  '\ud800',
  '\u202eevil',
  '😀'.repeat(50),
  'e' + '\u0301'.repeat(2000),
  'x'.repeat(10_001),
  '__proto__',
  "' or 1=1; --",
  '%',
  '%_\\',
  '(',
  '=HYPERLINK("http://x")',
  '<script>alert(1)</script>',
  'NaN',
  'Infinity',
  '1e400',
  '-0',
  '9007199254740993',
  '99999999999999999999',
  '0.1234567',
  '2026-02-30',
  '+010000-01-01',
  '0000-00-00',
  'infinity',
  'now',
  '10000-01-01T00:00:00Z',
  '2026-01-01T25:00:00Z',
  '00000000-0000-0000-0000-000000000000',
  '{A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11}',
  '../../etc/passwd',
];

/** Values of another kind than asked for. */
export const hostileValues: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(...hostileTexts),
  fc.constantFrom<unknown>(null, true, false, 0, -1, -0, 1.5, 2 ** 31, 2 ** 53 + 2, -(2 ** 63), 1e308, [], {}, [[]], [null], { a: { b: { c: [] } } }),
  fc.array(fc.constantFrom<unknown>('a', 1, null), { minLength: 1, maxLength: 5 }),
  fc.constant(nested(40)),
);

function nested(depth: number): unknown {
  return depth === 0 ? 1 : { a: nested(depth - 1) };
}

/** Values that a schema allows. Patterns are met for decimals and otherwise left to chance: what then is refused is refused properly. */
export function valid(schema: Schema, schemas: Schemas, ids: () => readonly string[], depth = 0): fc.Arbitrary<unknown> {
  const resolved = resolve(schema, schemas);
  const orNull = (value: fc.Arbitrary<unknown>) => (resolved.nullable ? fc.option(value, { freq: 6 }) : value);
  if (resolved.enum) return fc.constantFrom<unknown>(...resolved.enum);
  const choice = resolved.oneOf ?? resolved.anyOf;
  if (choice) return fc.oneof(...choice.map((one) => valid(one, schemas, ids, depth)));
  if (resolved.type === 'object' || resolved.properties) return orNull(objects(resolved, schemas, ids, depth));
  if (resolved.type === 'array')
    return fc.array(valid(resolved.items ?? {}, schemas, ids, depth + 1), {
      minLength: resolved.minItems ?? 0,
      maxLength: Math.min(resolved.maxItems ?? 3, 3),
    });
  if (resolved.type === 'integer' || resolved.type === 'number')
    return orNull(fc.integer({ min: Math.ceil(resolved.minimum ?? 0), max: Math.floor(resolved.maximum ?? 1000) }));
  if (resolved.type === 'boolean') return fc.boolean();
  if (resolved.format === 'uuid') return orNull(fc.nat().map((n) => ids()[n % Math.max(1, ids().length)] ?? '00000000-0000-4000-8000-000000000000'));
  return orNull(texts(resolved));
}

function texts(schema: Schema): fc.Arbitrary<string> {
  const known = formats[schema.format ?? ''];
  if (known) return known;
  if (schema.pattern && new RegExp(schema.pattern, 'u').test('12')) return digits.map(String);
  const minLength = Math.max(1, schema.minLength ?? 1);
  return fc.string({ unit: 'grapheme', minLength, maxLength: Math.max(minLength, Math.min(schema.maxLength ?? 40, 40)) });
}

function objects(schema: Schema, schemas: Schemas, ids: () => readonly string[], depth: number): fc.Arbitrary<unknown> {
  if (depth > 5) return fc.constant({});
  const properties = Object.entries(schema.properties ?? {}).map(([name, one]) => [name, valid(one, schemas, ids, depth + 1)] as const);
  return fc.record(Object.fromEntries(properties), { requiredKeys: schema.required ?? [] });
}

/** A schema with its reference followed and its parts put together. */
export function resolve(schema: Schema, schemas: Schemas): Schema {
  if (schema.$ref) return resolve(schemas[schema.$ref.split('/').at(-1) as string] ?? {}, schemas);
  if (!schema.allOf) return schema;
  const { allOf, ...rest } = schema;
  return Object.assign({}, ...allOf.map((part) => resolve(part, schemas)), rest) as Schema;
}
