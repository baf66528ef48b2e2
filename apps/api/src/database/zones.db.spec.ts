import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { addDays, dayOf, startOfDay } from '@waymark/kernel';
import { testDatabase, type TestDatabase } from '@waymark/testing';

/** Every so many days of ten years is looked at; `npm run test:long zones` looks at each. */
const step = Number(process.env['ZONE_STEP'] ?? '122');
const firstDay = '2016-07-01';
const days = 3653; // ten years with three leap days

describe('days in every zone', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await testDatabase();
  });

  afterAll(() => database.drop());

  it(`MET-09 program and database put the edges of days into the same day, in every zone, each ${step === 1 ? '' : `${step}th `}day of ten years`, async () => {
    const { rows } = await database.admin.query<{ name: string }>('select name from pg_timezone_names');
    const known = new Set(rows.map((row) => row.name));
    const zones = Intl.supportedValuesOf('timeZone').filter((zone) => known.has(zone));
    expect(zones.length).toBeGreaterThan(400);
    const wrong: string[] = [];
    let looked = 0;
    for (const [place, zone] of zones.entries()) {
      const at: Date[] = [];
      const expected: string[] = [];
      const starts = new Map<string, number>();
      const startOf = (day: string) => {
        const start = starts.get(day) ?? startOfDay(day, zone).getTime();
        starts.set(day, start);
        return start;
      };
      for (let n = place % step; n < days; n += step) {
        const day = addDays(firstDay, n);
        const [start, end] = [startOf(day), startOf(addDays(day, 1))];
        looked += 1;
        if (end === start) continue; // a day that the zone skipped
        for (const instant of [new Date(start), new Date(end - 1)]) {
          at.push(instant);
          expected.push(day);
          if (dayOf(instant, zone) !== day) wrong.push(`${zone} ${instant.toISOString()}: the program says ${dayOf(instant, zone)}, not ${day}`);
        }
      }
      const { rows: told } = await database.admin.query<{ at: Date; day: string; expected: string }>(
        `select x.at, app.day_of(x.at, $1)::text as day, x.expected from unnest($2::timestamptz[], $3::text[]) as x (at, expected) where app.day_of(x.at, $1)::text <> x.expected`,
        [zone, at, expected],
      );
      wrong.push(...told.map((row) => `${zone} ${row.at.toISOString()}: the database says ${row.day}, not ${row.expected}`));
    }
    if (step === 1) console.log(JSON.stringify({ zones: zones.length, looked, differences: wrong.length }));
    expect(wrong.slice(0, 10)).toEqual([]);
    expect(looked).toBeGreaterThan((zones.length * days) / step - zones.length);
  });
});
