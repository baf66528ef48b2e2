import { type ArgumentMetadata, type ValidationError, ValidationPipe } from '@nestjs/common';
import type { FieldProblem } from '@waymark/contracts';
import { DomainError } from '@waymark/kernel';
import { quickly } from './quick-check.js';

const deepest = 32;

/** Rules about the kind of a value. */
const kindRules = new Set(['isString', 'isInt', 'isNumber', 'isBoolean', 'isArray', 'isObject', 'isIn', 'isEnum', 'isDefined']);

/** What is right passes quickly; class-validator looks at the rest and says what is wrong. */
class MessagePipe extends ValidationPipe {
  override async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    const { type, metatype } = metadata;
    const quick = type === 'body' && metatype ? quickly(metatype as new () => object, value) : undefined;
    return quick ?? super.transform(value, metadata);
  }
}

/** The pipe that checks every message against its class: unknown fields are refused, all mistakes are listed together. */
export function validationPipe(): ValidationPipe {
  return new MessagePipe({
    whitelist: true,
    forbidNonWhitelisted: true,
    forbidUnknownValues: true,
    transform: true,
    transformOptions: { enableImplicitConversion: false },
    stopAtFirstError: false,
    exceptionFactory: (errors) => invalid(errors.flatMap((error) => fieldProblems(error))),
  });
}

/** A refusal that names each field. */
export function invalid(fields: FieldProblem[]): DomainError {
  const names = [...new Set(fields.map((field) => field.field))];
  return new DomainError('invalid', `Check ${names.length === 1 ? 'the field' : 'the fields'} ${names.join(', ')}.`, { fields });
}

function fieldProblems(error: ValidationError, prefix = ''): FieldProblem[] {
  const field = prefix + error.property;
  const broken = Object.entries(error.constraints ?? {});
  // Of what is missing or no such kind of value at all, its length and form say nothing more.
  const kinds = broken.filter(([rule]) => kindRules.has(rule));
  const own = (kinds.length > 0 ? kinds : broken).map(([rule, message]) => ({
    field,
    code: rule === 'whitelistValidation' ? 'unknown_field' : rule.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`).replace(/^is_/, ''),
    message: rule === 'whitelistValidation' ? `${field} is not a field of this message` : message,
  }));
  return [...own, ...(error.children ?? []).flatMap((child) => fieldProblems(child, `${field}.`))];
}

/** Refuses bodies that trouble parsers and databases before any class looks at them: too deep, NUL, broken characters, prototype keys. */
export function refuseHostileJson(value: unknown, path = 'body', depth = 0): void {
  if (depth > deepest)
    throw invalid([{ field: path.slice(0, 60), code: 'too_deep', message: `The message is nested deeper than ${deepest} levels` }]);
  if (typeof value === 'string') {
    if (value.includes('\u0000') || !value.isWellFormed())
      throw invalid([{ field: path.replace(/^(body|query)\./, ''), code: 'storable_text', message: 'Text must not hold NUL or broken characters' }]);
  } else if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw invalid([{ field: path.replace(/^(body|query)\./, ''), code: 'finite', message: 'The number is too large' }]);
  } else if (Array.isArray(value)) {
    value.forEach((item, index) => refuseHostileJson(item, `${path}.${index}`, depth + 1));
  } else if (value !== null && typeof value === 'object') {
    for (const [key, item] of Object.entries(value)) {
      if (key === '__proto__' || key === 'constructor' || key === 'prototype')
        throw invalid([{ field: key, code: 'unknown_field', message: `${key} is not a field of this message` }]);
      refuseHostileJson(item, `${path}.${key}`, depth + 1);
    }
  }
}
