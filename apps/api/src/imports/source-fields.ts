import { arrMovementKinds, type ImportSource, renewalOutcomes, surveyKinds } from '@waymark/contracts';
import { activityOutcomes, activityTypes, roles } from '@waymark/kernel';

export type FieldKind = 'text' | 'email' | 'money' | 'integer' | 'day' | 'instant' | 'choice';

/** What a source takes: the fields a mapping may name, how their text is read, and which a row must have. */
export interface SourceField {
  kind: FieldKind;
  required?: boolean;
  max?: number;
  range?: readonly [number, number];
  choices?: readonly string[];
}

const text = (max: number, required = false): SourceField => ({ kind: 'text', max, required });
const day: SourceField = { kind: 'day' };
const instant: SourceField = { kind: 'instant' };
const money: SourceField = { kind: 'money' };

export const sourceFields: Record<ImportSource, Record<string, SourceField>> = {
  people: {
    externalId: text(120),
    name: text(120, true),
    email: { kind: 'email', max: 254 },
    role: { kind: 'choice', choices: roles },
    manager: text(120),
    team: text(120),
    teamCategory: text(120),
    parentTeam: text(120),
    since: day,
    startedOn: day,
    workPercent: { kind: 'integer', range: [1, 100] },
  },
  companies: {
    externalId: text(120),
    name: text(120, true),
    industry: text(120),
    country: text(120),
    foundedYear: { kind: 'integer', range: [1000, 2999] },
    employees: { kind: 'integer', range: [0, 100_000_000] },
    revenue: money,
    parent: text(120),
    owner: text(120),
  },
  products: { name: text(120, true), series: text(120), listPrice: { kind: 'money', required: true } },
  pipeline_items: {
    externalId: text(120, true),
    name: text(120, true),
    owner: text(120, true),
    company: text(120),
    product: text(120),
    note: text(2000),
    expectedCloseOn: day,
    category: text(120),
    agreementDate: day,
    partnerListDueDate: day,
    partnerListSentDate: day,
    firstSaleDate: day,
    partnerListSize: { kind: 'integer', range: [0, 1_000_000] },
    totalSalesFromList: money,
  },
  activities: {
    externalId: text(120, true),
    type: { kind: 'choice', required: true, choices: activityTypes },
    owner: text(120, true),
    company: text(120),
    item: text(120),
    scheduledAt: instant,
    completedAt: instant,
    outcome: { kind: 'choice', choices: activityOutcomes },
    durationSeconds: { kind: 'integer', range: [0, 31_536_000] },
  },
  arr_movements: {
    externalId: text(120, true),
    company: text(120, true),
    owner: text(120, true),
    occurredAt: { kind: 'instant', required: true },
    kind: { kind: 'choice', required: true, choices: arrMovementKinds },
    amount: money,
  },
  renewals: {
    externalId: text(120, true),
    company: text(120, true),
    owner: text(120, true),
    dueOn: { kind: 'day', required: true },
    outcome: { kind: 'choice', required: true, choices: renewalOutcomes },
    decidedAt: instant,
    amount: money,
  },
  survey_responses: {
    externalId: text(120, true),
    kind: { kind: 'choice', required: true, choices: surveyKinds },
    score: { kind: 'integer', required: true, range: [0, 10] },
    contact: text(254, true),
    company: text(120),
    owner: text(120, true),
    answeredAt: { kind: 'instant', required: true },
  },
};

/** Name of the staging column of a field: partnerListSize -> partner_list_size. */
export function columnOf(field: string): string {
  return field.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
