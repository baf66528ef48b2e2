export type FieldKind = 'text' | 'email' | 'money' | 'integer' | 'decimal' | 'day' | 'instant' | 'choice' | 'currency' | 'shares' | 'percent';

/** What a source takes: the fields a mapping may name, how their text is read, and which a row must have. */
export interface SourceField {
  kind: FieldKind;
  required?: boolean;
  max?: number;
  range?: readonly [number, number];
  choices?: readonly string[];
}

export type SourceFields = Readonly<Record<string, SourceField>>;

export const text = (max: number, required = false): SourceField => ({ kind: 'text', max, required });
export const needed = (kind: FieldKind): SourceField => ({ kind, required: true });
export const whole = (min: number, max: number, required = false): SourceField => ({ kind: 'integer', range: [min, max], required });
export const oneOf = (choices: readonly string[], required = false): SourceField => ({ kind: 'choice', choices, required });
export const day: SourceField = { kind: 'day' };
export const instant: SourceField = { kind: 'instant' };
export const money: SourceField = { kind: 'money' };

/** Name of the staging column of a field: partnerListSize -> partner_list_size. */
export function columnOf(field: string): string {
  return field.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
