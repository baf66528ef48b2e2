import { DomainError, type FieldError } from '@waymark/kernel';

/** Collects what is wrong with a definition, field by field, and goes on. */
export class DefinitionProblems {
  readonly list: FieldError[] = [];

  add(field: string, code: string, message: string): void {
    this.list.push({ field, code, message: `${field} ${message}` });
  }

  /** The object's fields; anything else than an object, and unknown fields, are problems. */
  object(value: unknown, field: string, known: readonly string[]): Record<string, unknown> | null {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      this.add(field, 'object', 'must be an object');
      return null;
    }
    for (const key of Object.keys(value))
      if (!known.includes(key)) this.add(`${field}.${key.slice(0, 60)}`, 'unknown_field', 'is not a field of a metric');
    return value as Record<string, unknown>;
  }

  word<T extends string>(value: unknown, field: string, words: readonly T[]): T | null {
    const known = words.find((word) => word === value);
    if (known === undefined) this.add(field, 'one_of', `must be one of ${words.join(', ')}`);
    return known ?? null;
  }

  /** Text without signs that a table does not take, and not blank where `min` is above 0. */
  text(value: unknown, field: string, min: number, max: number): string {
    const text = typeof value === 'string' ? value.trim() : '';
    const stored = typeof value === 'string' && text.length >= min && text.length <= max && text.isWellFormed() && !text.includes('\u0000');
    if (!stored) this.add(field, 'text', `must be text of ${min} to ${max} characters`);
    return text;
  }

  items(value: unknown, field: string, min: number, max: number): unknown[] {
    if (Array.isArray(value) && value.length >= min && value.length <= max) return value;
    this.add(field, 'items', `must be a list of ${min} to ${max} items`);
    return [];
  }

  /** Throws `invalid` with one entry per wrong field, all together (PLAT-08). */
  throwIfAny(): void {
    if (this.list.length === 0) return;
    const fields = [...new Set(this.list.map((problem) => problem.field))];
    throw new DomainError('invalid', `Check ${fields.length === 1 ? 'the field' : 'the fields'} ${fields.join(', ')}.`, { fields: this.list });
  }
}
