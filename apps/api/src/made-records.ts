import type { INestApplicationContext } from '@nestjs/common';
import { startOfDay } from '@waymark/kernel';
import type { Records } from './demo-data/files.js';
import { currentContext } from './platform/request-context.js';
import { HistoryService } from './sources/history/history.service.js';

/** Loads what files do not bring into the present organisation, set by set. Runs inside a unit of work. */
export async function loadRecords(app: INestApplicationContext, records: Records): Promise<void> {
  const { timeZone, currency } = currentContext();
  const history = app.get(HistoryService);
  await history.loadLists(records.lists, records.contacts);
  await history.loadFacts(tasks(records));
  await history.loadFacts(taskUpdates(records));
  await history.loadFacts({
    table: 'interactions',
    columns: { kind: 'text', occurred_at: 'timestamptz(3)', topic: 'text' },
    rows: records.interactions.map(({ id, owner, company, kind, topic, at }) => ({
      external_id: id,
      owner,
      company,
      known_at: at,
      kind,
      topic,
      occurred_at: at,
    })),
  });
  await history.loadFacts(figures(records, timeZone, currency));
  await history.loadProgrammes(records.programmes);
}

const instant = 'timestamptz(3)';

function tasks({ tasks: rows }: Records) {
  return {
    table: 'tasks' as const,
    columns: { title: 'text', opened_at: instant, due_on: 'date', state: 'text', done_at: instant },
    rows: rows.map(({ id, owner, company, title, opened, due, state, done }) => ({
      ...{ external_id: id, owner, company, known_at: done?.at ?? opened.at, title },
      ...{ opened_at: opened.at, due_on: due, state, done_at: done?.at ?? null },
    })),
  };
}

function taskUpdates({ tasks: rows }: Records) {
  return {
    table: 'task_updates' as const,
    columns: { told_at: instant, progress: 'smallint' },
    rows: rows.flatMap(({ id: task, owner, company, updates }) =>
      updates.map(({ id, at, progress }) => ({ external_id: id, owner, company, known_at: at, task, told_at: at, progress })),
    ),
  };
}

function figures({ figures: rows }: Records, zone: string, currency: string) {
  return {
    table: 'company_updates' as const,
    columns: {
      ...{ as_of_on: 'date', as_of: instant, paying_customers: 'int', arr_minor: 'bigint', retention: 'bigint' },
      ...{ cac_minor: 'bigint', avg_deal_size_minor: 'bigint', currency: 'text' },
    },
    rows: rows.map(({ id, owner, company, asOf, payingCustomers, arr, retention, cac, averageDeal }) => {
      const at = startOfDay(asOf, zone);
      return {
        ...{ external_id: id, owner, company, known_at: at, as_of_on: asOf, as_of: at, paying_customers: payingCustomers },
        // Hundredths of a percent are kept in ten-thousandths.
        ...{ arr_minor: arr, retention: retention * 100, cac_minor: cac, avg_deal_size_minor: averageDeal, currency },
      };
    }),
  };
}
