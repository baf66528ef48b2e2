import { type FactTable, instantText, moneyText } from '../facts/facts.repository.js';

const work = { reads: 'work.read', writes: 'work.write', keepsNotes: true } as const;

export const tasks: FactTable = {
  table: 'tasks',
  noun: 'task',
  ...work,
  at: 'opened_at',
  filters: { state: 'state' },
  shape: `'title', f.title, 'openedAt', ${instantText('f.opened_at')}, 'dueOn', f.due_on, 'state', f.state, 'doneAt', ${instantText('f.done_at')},
    'progress', (select x.progress from task_updates x where x.tenant_id = $1 and x.task_id = f.id and x.known_to is null order by x.told_at desc, x.id desc limit 1)`,
};
export const taskUpdates: FactTable = {
  table: 'task_updates',
  noun: 'task_update',
  ...work,
  at: 'told_at',
  filters: { taskId: 'task_id' },
  shape: `'task', (select json_build_object('id', x.id, 'name', x.title) from tasks x where x.tenant_id = $1 and x.id = f.task_id and x.known_to is null),
    'toldAt', ${instantText('f.told_at')}, 'progress', f.progress`,
};
export const interactions: FactTable = {
  table: 'interactions',
  noun: 'interaction',
  ...work,
  at: 'occurred_at',
  filters: { kind: 'kind' },
  shape: `'kind', f.kind, 'occurredAt', ${instantText('f.occurred_at')}, 'topic', f.topic`,
};
export const companyUpdates: FactTable = {
  table: 'company_updates',
  noun: 'company_update',
  reads: 'updates.read',
  writes: 'updates.write',
  at: 'as_of',
  shape: `'asOfOn', f.as_of_on, 'payingCustomers', f.paying_customers, 'arr', ${moneyText('f.arr_minor')},
    'retention', trim_scale(f.retention / 10000.0)::text, 'cac', ${moneyText('f.cac_minor')}, 'avgDealSize', ${moneyText('f.avg_deal_size_minor')}`,
};
