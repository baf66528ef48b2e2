import { taskStates } from '@waymark/contracts';
import { ownerAndCompany } from '../fact-plan.js';
import { defineImportSource } from '../import-source.js';
import { day, instant, oneOf, text } from '../source-fields.js';

const state = `coalesce(s.state, case when s.done_at is not null then 'done' end, f.state, 'open')`;

export const tasks = defineImportSource({
  label: 'Tasks',
  description: 'One row per task: open unless it says done or dropped, or when it was done.',
  fields: {
    externalId: text(120, true),
    title: text(120, true),
    owner: text(120, true),
    company: text(120),
    openedAt: instant,
    dueOn: day,
    state: oneOf(taskStates),
    doneAt: instant,
    note: text(2000),
  },
  datedBy: ['doneAt', 'openedAt'],
  writes: {
    table: 'tasks',
    identity: 'id',
    lookUps: ownerAndCompany,
    columns: {
      title: 's.title',
      owner_id: 's.owner_id',
      company_id: { from: 's.company_id', field: 'company' },
      // What was done before it was told of was begun before.
      opened_at: 'coalesce(s.opened_at::timestamptz, f.opened_at, least(s.done_at::timestamptz, $2::timestamptz))',
      due_on: { from: 's.due_on::date', field: 'dueOn' },
      state,
      done_at: `case when ${state} = 'done' then coalesce(s.done_at::timestamptz, f.done_at, $2::timestamptz) end`,
      note: { from: 's.note', field: 'note' },
    },
    happened: { field: 'doneAt', at: 'done_at' },
    past: [{ field: 'openedAt', at: 'opened_at' }],
    told: 'coalesce(s.new_done_at, s.new_opened_at)',
    wrong: [
      {
        when: `state <> 'done' and done_at is not null`,
        code: 'contradiction',
        field: 'state',
        message: 'Only a task that is done was done at some time.',
      },
      { when: 'opened_at::timestamptz > done_at::timestamptz', code: 'order', field: 'openedAt', message: 'The task was opened after it was done.' },
    ],
  },
});
