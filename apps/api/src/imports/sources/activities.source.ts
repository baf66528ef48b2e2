import { activityOutcomes, activityTypes } from '@waymark/kernel';
import { ownerAndCompany } from '../fact-plan.js';
import { defineImportSource } from '../import-source.js';
import { instant, oneOf, text, whole } from '../source-fields.js';

export const activities = defineImportSource({
  label: 'Activities',
  description: 'Calls, meetings, e-mails and reviews, scheduled and completed.',
  fields: {
    externalId: text(120, true),
    type: oneOf(activityTypes, true),
    owner: text(120, true),
    company: text(120),
    item: text(120),
    scheduledAt: instant,
    completedAt: instant,
    outcome: oneOf(activityOutcomes),
    durationSeconds: whole(0, 31_536_000),
    note: text(2000),
  },
  datedBy: ['completedAt', 'scheduledAt'],
  writes: {
    table: 'activities',
    identity: 'entry_id',
    lookUps: [...ownerAndCompany, { column: 'item', table: 'pipeline_items' }],
    columns: {
      type: 's.type',
      owner_id: 's.owner_id',
      company_id: { from: 's.company_id', field: 'company' },
      item_id: { from: 's.item_id', field: 'item' },
      scheduled_at: { from: 's.scheduled_at::timestamptz', field: 'scheduledAt' },
      completed_at: { from: 's.completed_at::timestamptz', field: 'completedAt' },
      outcome: `coalesce(s.outcome, case when s.completed_at is not null then 'completed' end)`,
      duration_seconds: { from: 's.duration_seconds::int', field: 'durationSeconds' },
      note: { from: 's.note', field: 'note' },
    },
    happened: { field: 'completedAt', at: 'completed_at' },
    told: 'coalesce(s.new_completed_at, s.new_scheduled_at)',
    wrong: [
      {
        when: 'scheduled_at is null and completed_at is null',
        code: 'no_date',
        field: 'completedAt',
        message: 'The row has neither scheduledAt nor completedAt.',
      },
    ],
    datesMemberships: true,
  },
});
