import { isDay, isZone } from '@waymark/kernel';
import { makeActivities } from './activities.js';
import { addDays, DemoCalendar } from './calendar.js';
import { makeCustomers } from './customers.js';
import type { Dataset, DatasetOptions } from './dataset.js';
import { makeFunnel } from './leads.js';
import { makePeople } from './people.js';
import { Random } from './random.js';
import { makeWork } from './work.js';

/** What is made when nothing else is asked for. */
export const datasetDefaults = { seed: 1, factor: 1, today: '2025-05-14', zone: 'Europe/Lisbon', listOutShare: 0.78, realistic: false } as const;

/** The most that one file of the import takes comfortably: 150,000 leads, 1.5 million items. */
export const largestFactor = 1000;

/**
 * Made data of an organisation (SRC-12): the same options give the same data, byte by byte, on every machine. Nothing in it happened today or later; what is
 * due or scheduled may lie up to 30 days ahead. Throws RangeError for options out of range.
 */
export function generateDataset(asked: Partial<DatasetOptions> = {}): Dataset {
  const options: DatasetOptions = { ...datasetDefaults, ...asked };
  check(options);
  const calendar = new DemoCalendar(options.today, options.zone);
  const random = new Random(options.seed, 'dataset');
  const people = makePeople(options.factor, options.today);
  const { prospects, customers, reviews, ...facts } = makeCustomers(random.part('customers'), calendar, people, options);
  const funnel = makeFunnel(random.part('funnel'), calendar, people, prospects, options);
  const activities = makeActivities(random.part('activities'), calendar, funnel, people, reviews, options);
  const work = makeWork(random.part('work'), calendar, people, customers, options);
  return { options, people, companies: [...prospects, ...customers], ...funnel, activities, ...facts, ...work };
}

function check({ seed, factor, today, zone, listOutShare }: DatasetOptions): void {
  if (!Number.isSafeInteger(seed) || seed < 0) throw new RangeError('The seed must be a whole number from 0.');
  if (!(factor >= 0.1 && factor <= largestFactor)) throw new RangeError(`The factor must be a number from 0.1 to ${largestFactor}.`);
  if (!isDay(today) || today < '1971-01-01' || addDays(today, 0) > '9000-01-01') throw new RangeError('today must be a day from 1971 to 9000.');
  if (!isZone(zone)) throw new RangeError('The zone must be one of the IANA names.');
  if (!(listOutShare >= 0 && listOutShare <= 1)) throw new RangeError('The share of lists out must be a number from 0 to 1.');
}
