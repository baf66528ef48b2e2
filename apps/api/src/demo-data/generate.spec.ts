import { describe, expect, it } from '@jest/globals';
import { addDays } from '@waymark/kernel';
import type { Dataset, DatasetOptions } from './dataset.js';
import { filesOf, recordsOf } from './files.js';
import { datasetDefaults, generateDataset } from './generate.js';
import { truthOf, truthsOf } from './truths.js';

const { today } = datasetDefaults;
const make = (options: Partial<DatasetOptions> = {}) => generateDataset(options);
const bytes = (data: Dataset) => JSON.stringify([filesOf(data), recordsOf(data), truthsOf(data)]);
const out = ({ lists }: Dataset) => lists.filter(({ versions }) => versions.some(({ sent }) => sent !== null));
const days = ({ leads, contacts, activities, sales, movements, renewals, answers, tasks, interactions, figures }: Dataset) => [
  ...[...leads, ...contacts].flatMap(({ events }) => events.map(({ day }) => day)),
  ...activities.flatMap(({ completed }) => (completed ? [completed.day] : [])),
  ...[...sales, ...movements, ...answers, ...interactions].map(({ day }) => day),
  ...renewals.flatMap(({ decided }) => (decided ? [decided.day] : [])),
  ...tasks.flatMap(({ opened, done, updates }) => [opened, ...updates, ...(done ? [done] : [])].map(({ day }) => day)),
  ...figures.map(({ asOf }) => asOf),
];

describe('made data', () => {
  const data = make();

  it('SRC-12 (all but tracks) is the same byte by byte for the same seed, and other data for another', () => {
    const first = bytes(data);
    expect(bytes(make())).toBe(first);
    expect(bytes(make({ seed: 1, factor: 1, zone: datasetDefaults.zone }))).toBe(first);
    const others = [bytes(make({ seed: 2 })), bytes(make({ factor: 2 })), bytes(make({ today: '2025-05-15' }))];
    expect(new Set([first, ...others]).size).toBe(4);
  });

  it('SRC-12 (all but tracks) has 150 leads, 117 lists out (0.78 x 150) of 3 to 20 partners, about 1,500 items and 3,000 activities, whatever the seed', () => {
    for (const one of [data, make({ seed: 2 }), make({ seed: 77 })]) {
      expect(one.leads).toHaveLength(150);
      expect(out(one)).toHaveLength(117);
      const sizes = out(one).map(({ size }) => size);
      expect([Math.min(...sizes), Math.max(...sizes)]).toEqual([3, 20]);
      const items = one.leads.length + one.contacts.length;
      expect(items).toBe(150 + sizes.reduce((sum, size) => sum + size, 0));
      expect(Math.abs(items - 1500)).toBeLessThan(150);
      expect(one.activities).toHaveLength(3000);
    }
  });

  it('SRC-12 (all but tracks) reaches 90 days back and 30 forward: nothing happened today or later, what is scheduled or due may lie ahead', () => {
    for (const day of ['2025-05-14', '2025-05-17', '2025-05-18', '2025-05-19', '2024-02-29', '2025-01-01', '2025-03-30']) {
      const one = make({ today: day, factor: 0.5 });
      const facts = days(one);
      expect(facts.filter((at) => at >= day)).toEqual([]);
      const starts = one.leads.map(({ events }) => events[0]?.day as string).sort();
      expect((starts[0] as string) >= addDays(day, -90)).toBe(true);
      const ahead = one.activities
        .flatMap(({ completed, scheduled }) => (completed === null && scheduled ? [scheduled.day] : []))
        .filter((at) => at > day);
      expect(ahead.length).toBeGreaterThan(10);
      expect(ahead.every((at) => at <= addDays(day, 30))).toBe(true);
      expect(one.lists.some(({ versions }) => (versions.at(-1)?.due ?? '') > day)).toBe(true);
    }
    expect((data.leads.map(({ events }) => events[0]?.day as string).sort()[0] as string) <= addDays(today, -80)).toBe(true);
  });

  it('SRC-12 (all but tracks) scales by the factor, takes another share of lists out, and offers the conversion of practice', () => {
    const ten = make({ factor: 10 });
    expect([ten.leads.length, out(ten).length, ten.activities.length]).toEqual([1500, 1170, 30_000]);
    expect(out(make({ listOutShare: 0.5 }))).toHaveLength(75);
    const realistic = make({ realistic: true, factor: 10 });
    const lists = out(realistic).length;
    // 0.7 x 0.45 x 0.6 x 0.83 = 15.7 % of 1,500 leads are 235
    expect(lists).toBeGreaterThan(180);
    expect(lists).toBeLessThan(300);
  });

  it('SRC-12 (all but tracks) has customers with recurring revenue of every kind of movement, renewals, answers, reviews, tasks, figures and programmes', () => {
    expect(new Set(data.movements.map(({ kind }) => kind))).toEqual(
      new Set(['new', 'expansion', 'contraction', 'churn', 'reactivation', 'handover']),
    );
    expect(new Set(data.renewals.map(({ outcome }) => outcome))).toEqual(new Set(['open', 'renewed', 'lost']));
    expect(new Set(data.activities.map(({ type }) => type))).toEqual(new Set(['call', 'meeting', 'email', 'qbr']));
    for (const one of [data, make({ seed: 7 })]) expect(one.answers.length).toBeGreaterThan(60);
    const stories = new Set(
      data.companies.map(({ id }) =>
        data.movements
          .filter(({ company }) => company === id)
          .map(({ kind, day }) => kind + day)
          .join(),
      ),
    );
    expect(stories.size).toBeGreaterThan(35); // of 40 customers: chance tells each its own story
    expect([data.tasks.length, data.interactions.length, data.sales.length, data.programmes.length]).toEqual([200, 150, 60, 3]);
    expect(data.figures.length).toBeGreaterThan(80);
    expect(new Set(data.people.map(({ work }) => work))).toEqual(new Set(['lead', 'bdr', 'csm']));
  });

  it('SRC-12 (all but tracks) names what it points at, each id once, and orders what follows from each other', () => {
    const ids = (rows: readonly { id: string }[]) => new Set(rows.map(({ id }) => id));
    const [people, companies, items] = [ids(data.people), ids(data.companies), ids([...data.leads, ...data.contacts])];
    for (const rows of [
      data.people,
      data.companies,
      [...data.leads, ...data.contacts],
      data.lists,
      data.activities,
      data.movements,
      data.renewals,
      data.answers,
      data.tasks,
    ])
      expect(ids(rows).size).toBe(rows.length);
    for (const { owner, company, item } of data.activities)
      expect([people.has(owner), company === '' || companies.has(company), item === '' || items.has(item)]).toEqual([true, true, true]);
    for (const { events } of [...data.leads, ...data.contacts]) expect(events.map(({ at }) => at)).toEqual(events.map(({ at }) => at).sort());
  });

  it('SRC-12 (all but tracks) lists its truths: planted ones that every seed has, counted ones for everybody, teams and people', () => {
    const truths = truthsOf(data);
    const planted = truths.filter(({ how }) => how === 'planted');
    expect(planted).toHaveLength(21);
    expect(truthsOf(make({ seed: 5, factor: 2 })).filter(({ how }) => how === 'planted')).toEqual(planted);
    // Counting the rows comes to what the stories say.
    for (const { metric, scope, from, to, value } of planted)
      expect([metric, truthOf(data, metric, scope, { from, to }).value]).toEqual([metric, value]);
    expect(new Set(truths.map(({ scope }) => scope.kind))).toEqual(new Set(['organisation', 'team', 'person']));
    expect(truths.every(({ value, reason }) => (value === null) !== (reason === null))).toBe(true);
  });

  it('SRC-12 (all but tracks) refuses options out of range', () => {
    const wrong = [
      { seed: -1 },
      { seed: 1.5 },
      { factor: 0 },
      { factor: 1001 },
      { factor: Number.NaN },
      { today: '2025-02-30' },
      { zone: 'Mars/Base' },
      { listOutShare: 1.1 },
    ];
    for (const options of wrong) expect(() => make(options)).toThrow(RangeError);
  });
});
