import { ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayUnique,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsObject,
  IsOptional,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
  MinLength,
  ValidateBy,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import { limits } from './limits.js';

/** Options of every field: what it means, an example for the API docs, and whether it may be left out or be null. */
export interface FieldOptions {
  about?: string;
  example?: unknown;
  /** May be missing from the message. */
  optional?: boolean;
  /** May be null (says "none", as opposed to "not mentioned"). */
  nullable?: boolean;
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const day = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/;
const instant = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/;

/** Several decorators as one. */
function together(...decorators: PropertyDecorator[]): PropertyDecorator {
  return (target, key) => decorators.forEach((decorate) => decorate(target, key));
}

function field(options: FieldOptions, schema: ApiPropertyOptions, ...validators: PropertyDecorator[]): PropertyDecorator {
  const described = { ...schema, required: !options.optional } as Record<string, unknown>;
  if (options.nullable) described['nullable'] = true;
  if (options.about) described['description'] = options.about;
  if (options.example !== undefined) described['example'] = options.example;
  const absent = options.optional || options.nullable ? [mayBeAbsent(options)] : [];
  return together(ApiProperty(described as ApiPropertyOptions), ...absent, ...validators);
}

function mayBeAbsent(options: FieldOptions): PropertyDecorator {
  if (options.optional && options.nullable) return IsOptional();
  // class-validator's IsOptional also lets null pass; a field that is optional but not nullable must refuse null.
  return (target, key) => {
    const skip = (object: Record<string, unknown>) => (options.optional ? object[key as string] !== undefined : object[key as string] !== null);
    ValidateIf(skip)(target, key as string);
  };
}

const isStorableText = (value: unknown) => typeof value === 'string' && !value.includes('\u0000') && value.isWellFormed();

const StorableText = () =>
  ValidateBy({
    name: 'storableText',
    validator: { validate: isStorableText, defaultMessage: (args) => `${args?.property} must be text without NUL and without broken characters` },
  });

const RealDay = () =>
  ValidateBy({
    name: 'realDay',
    validator: {
      validate: (value: unknown) => typeof value === 'string' && day.test(value) && isRealDay(value),
      defaultMessage: (args) => `${args?.property} must be a day that exists, written YYYY-MM-DD, from ${limits.year.min} to ${limits.year.max}`,
    },
  });

function isRealDay(text: string): boolean {
  const [year = 0, month = 0, date = 0] = text.split('-').map(Number);
  const made = new Date(Date.UTC(year, month - 1, date));
  return year >= limits.year.min && year <= limits.year.max && made.getUTCMonth() === month - 1 && made.getUTCDate() === date;
}

const RealInstant = () =>
  ValidateBy({
    name: 'realInstant',
    validator: {
      validate: (value: unknown) => typeof value === 'string' && instant.test(value) && isRealDay(value.slice(0, 10)),
      defaultMessage: (args) => `${args?.property} must be an instant such as 2026-11-21T09:00:00Z`,
    },
  });

interface TextOptions extends FieldOptions {
  max?: number;
  min?: number;
  pattern?: RegExp;
  /** What the pattern asks for, after the name of the field: "must be three capital letters such as EUR". */
  must?: string;
  /** Blanks alone will do: words to look for, and passwords. */
  blank?: boolean;
}

/** At least one sign that can be seen: no space, no mark of direction, no joiner alone. */
const visible = /[^\s\p{C}\p{Z}]/u;

/** Text of 1 to `max` characters, not all blank (0 allowed with `min: 0`); never NUL or a lone surrogate, which PostgreSQL refuses. */
export const TextField = (options: TextOptions = {}) => {
  const { min = 1, max = limits.text } = options;
  const schema = {
    type: 'string',
    minLength: min,
    maxLength: max,
    ...(options.pattern && { pattern: options.pattern.source }),
  } as ApiPropertyOptions;
  const { pattern, must = 'does not have the form that is asked for' } = options;
  const form = pattern
    ? [Matches(pattern, { message: ({ property }) => `${property} ${must}` })]
    : min > 0 && !options.blank
      ? [Matches(visible, { message: ({ property }) => `${property} must not be blank` })]
      : [];
  return field(options, schema, IsString(), MinLength(min), MaxLength(max), StorableText(), ...form);
};

/** A canonical lower-case UUID; one spelling per id keeps caches and versions honest. */
export const IdField = (options: FieldOptions = {}) =>
  field(
    options,
    { type: 'string', format: 'uuid' },
    IsString(),
    Matches(uuid, { message: ({ property }) => `${property} must be a lower-case UUID` }),
  );

/** A list of UUIDs without repeats. */
export const IdsField = (options: FieldOptions & { max?: number } = {}) =>
  field(
    options,
    { type: 'array', items: { type: 'string', format: 'uuid' }, maxItems: options.max ?? 200 } as ApiPropertyOptions,
    IsArray(),
    ArrayMaxSize(options.max ?? 200),
    ArrayUnique(),
    Matches(uuid, { each: true, message: ({ property }) => `${property} must be a list of lower-case UUIDs` }),
  );

/** A calendar day `YYYY-MM-DD` that exists. */
export const DayField = (options: FieldOptions = {}) => field({ example: '2026-11-21', ...options }, { type: 'string', format: 'date' }, RealDay());

/** An RFC 3339 instant with zone. */
export const InstantField = (options: FieldOptions = {}) =>
  field({ example: '2026-11-21T09:00:00Z', ...options }, { type: 'string', format: 'date-time' }, RealInstant());

/** One word of a closed list. */
export const ChoiceField = (values: readonly string[], options: FieldOptions = {}) =>
  field(options, { type: 'string', enum: [...values] }, IsIn([...values]));

/** Several words of a closed list. */
export const ChoicesField = (values: readonly string[], options: FieldOptions = {}) =>
  field(
    options,
    { type: 'array', items: { type: 'string', enum: [...values] }, maxItems: values.length } as ApiPropertyOptions,
    IsArray(),
    ArrayUnique(),
    ArrayMaxSize(values.length),
    IsIn([...values], { each: true }),
  );

/** A whole number inside its range. */
export const IntegerField = (options: FieldOptions & { min: number; max: number }) =>
  field(options, { type: 'integer', minimum: options.min, maximum: options.max }, IsInt(), Min(options.min), Max(options.max));

/** A whole number inside its range, sent as text in a query string. */
export const QueryIntegerField = (options: FieldOptions & { min: number; max: number }) =>
  together(
    // Digits only: Number() would also read "1e2", "0x10" and "".
    Transform(({ value }: { value: unknown }) => (typeof value === 'string' && /^-?\d{1,15}$/.test(value) ? Number(value) : value)),
    IntegerField(options),
  );

export const BooleanField = (options: FieldOptions = {}) => field(options, { type: 'boolean' }, IsBoolean());

/** An exact decimal as text, e.g. "1054.00": at most `decimals` places, so that nothing is rounded on the way in. */
export const DecimalField = (options: FieldOptions & { decimals?: number; negative?: boolean } = {}) => {
  const decimals = options.decimals ?? 6;
  const pattern = new RegExp(`^${options.negative ? '-?' : ''}\\d{1,13}${decimals ? `(\\.\\d{1,${decimals}})?` : ''}$`);
  return field(
    { example: '1054.00', ...options },
    { type: 'string', pattern: pattern.source },
    IsString(),
    Matches(pattern, {
      message: ({ property }) => `${property} must be a decimal number as text, such as "1054.00", with at most ${decimals} places`,
    }),
  );
};

/** A message inside the message. */
export const PartField = (type: () => new () => object, options: FieldOptions = {}) =>
  together(Type(type), field(options, { type } as ApiPropertyOptions, IsObject(), ValidateNested()));

/** A list of messages inside the message. */
export const PartsField = (type: () => new () => object, options: FieldOptions & { max?: number } = {}) =>
  together(
    Type(type),
    field(
      options,
      { type, isArray: true, maxItems: options.max ?? 1000 } as ApiPropertyOptions,
      IsArray(),
      ArrayMaxSize(options.max ?? 1000),
      ValidateNested({ each: true }),
    ),
  );

/** A free JSON object whose own rules check it (mapping, policy definition). */
export const ObjectField = (options: FieldOptions = {}) => field(options, { type: 'object', additionalProperties: true }, IsObject());
