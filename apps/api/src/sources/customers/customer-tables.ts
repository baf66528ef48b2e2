import { type FactTable, instantText, moneyText } from '../facts/facts.repository.js';

const customers = { reads: 'customers.read', writes: 'customers.write' } as const;
const amount = moneyText('f.amount_minor');

export const arrMovements: FactTable = {
  table: 'arr_movements',
  noun: 'arr_movement',
  ...customers,
  at: 'occurred_at',
  shape: `'occurredAt', ${instantText('f.occurred_at')}, 'kind', f.kind, 'amount', ${amount}`,
};
export const renewals: FactTable = {
  table: 'renewals',
  noun: 'renewal',
  ...customers,
  at: 'due_at',
  shape: `'dueOn', f.due_on, 'outcome', f.outcome, 'decidedAt', ${instantText('f.decided_at')}, 'amount', ${amount}`,
};
export const surveyResponses: FactTable = {
  table: 'survey_responses',
  noun: 'survey_response',
  ...customers,
  at: 'answered_at',
  shape: `'kind', f.kind, 'score', f.score, 'contact', f.contact, 'answeredAt', ${instantText('f.answered_at')}`,
};
