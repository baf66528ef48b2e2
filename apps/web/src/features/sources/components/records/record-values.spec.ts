import { describe, expect, it } from '@jest/globals';
import type { FactRecord } from '../../api/records.js';
import type { RecordField } from './record-kind.js';
import { messageOf, valuesOf } from './record-values.js';

const fields = [
  { name: 'occurredAt', label: 'at', kind: 'instant' },
  { name: 'company', label: 'company', kind: 'company', once: true },
  { name: 'owner', label: 'owner', kind: 'owner' },
  { name: 'amount', label: 'amount', kind: 'money', nullable: true },
  { name: 'score', label: 'score', kind: 'integer' },
] as const satisfies readonly RecordField[];
const place = { zone: 'Europe/Berlin', currency: 'EUR' };
const record: FactRecord = {
  id: 'r',
  version: 3,
  occurredAt: '2026-07-01T10:00:30.000Z',
  company: { id: 'c', name: 'Acme' },
  owner: { id: 'o', name: 'Ben' },
  amount: { amount: '10.50', currency: 'EUR' },
  score: 9,
};

describe('records in forms', () => {
  it('SRC-13 a new record tells what was filled in, with times of the zone of the organisation', () => {
    const empty = valuesOf(fields, null, place);
    expect(empty).toEqual({ occurredAt: '', company: '', owner: '', amount: '', score: '' });
    expect(messageOf(fields, { ...empty, occurredAt: '2026-07-01T12:00', company: 'c', amount: '7', score: '10' }, null, place)).toEqual({
      occurredAt: '2026-07-01T10:00:00.000Z',
      companyId: 'c',
      amount: { amount: '7', currency: 'EUR' },
      score: 10,
    });
  });

  it('SRC-13 a correction tells what was changed alone, so that an instant keeps its seconds; what was emptied is null', () => {
    const before = valuesOf(fields, record, place);
    expect(before).toEqual({ occurredAt: '2026-07-01T12:00', company: 'c', owner: 'o', amount: '10.50', score: '9' });
    expect(messageOf(fields, before, before, place)).toEqual({});
    expect(messageOf(fields, { ...before, company: 'other', amount: '', owner: 'p' }, before, place)).toEqual({ amount: null, ownerId: 'p' });
  });

  it('SRC-13 what is no number is sent as it was written', () => {
    expect(messageOf(fields, { ...valuesOf(fields, null, place), score: '9.5' }, null, place)).toEqual({ score: '9.5' });
  });
});
