import type { Day } from '@waymark/kernel';
import { addDays, type DemoCalendar, quarterStart } from './calendar.js';
import type { Company, CompanyFigures, Dated, DatasetOptions, Interaction, Person, Programme, Sale, Task } from './dataset.js';
import type { Random } from './random.js';
import { taskTitles, topics } from './words.js';

/** What people do with customers and what customers tell. */
export interface Work {
  sales: Sale[];
  tasks: Task[];
  interactions: Interaction[];
  figures: CompanyFigures[];
  programmes: Programme[];
}

export function makeWork(
  random: Random,
  calendar: DemoCalendar,
  people: readonly Person[],
  customers: readonly Company[],
  options: DatasetOptions,
): Work {
  const scaled = (atFactorOne: number) => Math.max(1, Math.round(atFactorOne * options.factor));
  const many = <T>(count: number, label: string, make: (random: Random, n: number) => T) =>
    Array.from({ length: scaled(count) }, (_, n) => make(random.part(`${label} ${n}`), n + 1));
  const figures = customers.slice(0, scaled(20)).flatMap((company) => figuresOf(random.part(`figures ${company.id}`), calendar, company));
  return {
    sales: many(60, 'sale', (own, n) => saleOf(own, calendar, people, customers, n)),
    tasks: many(200, 'task', (own, n) => taskOf(own, calendar, customers, n)),
    interactions: many(150, 'interaction', (own, n) => interactionOf(own, calendar, customers, n)),
    figures,
    programmes: programmesOf(random.part('programmes'), calendar, customers),
  };
}

function datedAt(random: Random, calendar: DemoCalendar, day: Day): Dated {
  return { day, at: calendar.at(day, random.whole(9 * 60, 17 * 60)) };
}

/** Extensions that customer success sells: a few are shared, a few paid back. Whole hundreds, so that every share is exact. */
function saleOf(random: Random, calendar: DemoCalendar, people: readonly Person[], customers: readonly Company[], n: number): Sale {
  const company = random.pick(customers);
  const owner = company.owner;
  const amount = random.whole(5, 80) * 10_000 * (random.chance(0.05) ? -1 : 1);
  const other = random.pick(people.filter(({ work, id }) => work === 'bdr' && id !== 'bdr-known')).id;
  const shares: Sale['shares'] =
    amount > 0 && random.chance(0.2)
      ? [
          [owner, 60],
          [other, 40],
        ]
      : [];
  return {
    id: `sale-${String(n).padStart(5, '0')}`,
    owner,
    company: company.id,
    amount,
    shares,
    ...datedAt(random, calendar, calendar.ago(random.whole(1, 88))),
  };
}

function taskOf(random: Random, calendar: DemoCalendar, customers: readonly Company[], n: number): Task {
  const company = random.pick(customers);
  const id = `task-${String(n).padStart(5, '0')}`;
  const opened = datedAt(random, calendar, calendar.ago(random.whole(2, 88)));
  const due = calendar.later(opened.day, random.whole(2, 40));
  const doneOn = calendar.later(opened.day, random.whole(1, 30));
  const state = doneOn <= calendar.yesterday && random.chance(0.75) ? 'done' : random.chance(0.1) ? 'dropped' : 'open';
  const half = calendar.later(opened.day, 1);
  const updates =
    half < doneOn && half <= calendar.yesterday ? [{ id: `${id}-u1`, progress: random.pick([25, 50, 75]), ...datedAt(random, calendar, half) }] : [];
  const done = state === 'done' ? { day: doneOn, at: calendar.at(doneOn, 18 * 60) } : null;
  return { id, title: random.pick(taskTitles), owner: company.owner, company: company.id, opened, due, state, done, updates };
}

function interactionOf(random: Random, calendar: DemoCalendar, customers: readonly Company[], n: number): Interaction {
  const company = random.pick(customers);
  const kind = random.pick(['call', 'meeting', 'email', 'message', 'workshop', 'visit'] as const);
  const id = `interaction-${String(n).padStart(5, '0')}`;
  return {
    id,
    company: company.id,
    owner: company.owner,
    kind,
    topic: random.pick(topics),
    ...datedAt(random, calendar, calendar.ago(random.whole(1, 88))),
  };
}

/** Monthly figures of the last six months; some months were not told. */
function figuresOf(random: Random, calendar: DemoCalendar, company: Company): CompanyFigures[] {
  const rows: CompanyFigures[] = [];
  let payingCustomers = random.whole(3, 40);
  for (let month = 6; month >= 1; month -= 1) {
    const asOf = calendar.workdayBefore(addDays(calendar.today, -30 * month));
    payingCustomers += random.whole(0, 4);
    if (random.chance(0.15)) continue;
    rows.push({
      ...{
        id: `${company.id}-f${rows.length + 1}`,
        company: company.id,
        owner: company.owner,
        asOf,
        payingCustomers,
        arr: payingCustomers * random.whole(20, 30) * 10_000,
      },
      ...{ retention: random.whole(8500, 10_500), cac: random.whole(10, 90) * 1000, averageDeal: random.whole(20, 30) * 10_000 },
    });
  }
  return rows;
}

/** Three programmes, one after the other, in each a part of the customers; some leave early. */
function programmesOf(random: Random, calendar: DemoCalendar, customers: readonly Company[]): Programme[] {
  return ['Launchpad', 'Scale-up', 'Market entry'].map((name, n) => {
    const [starts, ends] = [quarterStart(calendar.today, n - 2), addDays(quarterStart(calendar.today, n - 1), -1)];
    const enrolments = customers
      .filter((_, place) => place % 3 === n && place < 60)
      .map(({ id }) => ({ company: id, from: starts, until: random.chance(0.2) ? addDays(starts, 45) : null }));
    return { name, starts, ends, enrolments };
  });
}
