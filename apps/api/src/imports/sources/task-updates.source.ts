import { defineImportSource } from '../import-source.js';
import { needed, text, whole } from '../source-fields.js';

/** Of the task that the row names; of an update of the same task what it had. */
const ofTask = (column: string) =>
  `case when f.task_id = s.task_id then f.${column} else (select t.${column} from tasks t where t.tenant_id = $1 and t.id = s.task_id and t.known_to is null) end`;

export const taskUpdates = defineImportSource({
  label: 'Progress of tasks',
  description: 'One row per update: how far a task was, in percent; task by external id or title. It belongs to the owner of the task.',
  fields: {
    externalId: text(120, true),
    task: text(120, true),
    toldAt: needed('instant'),
    progress: whole(0, 100, true),
    note: text(2000),
  },
  writes: {
    table: 'task_updates',
    identity: 'id',
    lookUps: [{ column: 'task', table: 'tasks' }],
    columns: {
      task_id: 's.task_id',
      owner_id: ofTask('owner_id'),
      company_id: ofTask('company_id'),
      told_at: 's.told_at::timestamptz',
      progress: 's.progress::smallint',
      note: { from: 's.note', field: 'note' },
    },
    happened: { field: 'toldAt', at: 'told_at' },
    judged: ofTask('owner_id'),
  },
});
